import { copyFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { aDatabasePath, aJournalFile, tamper } from '../support/journal-file.js';

const ENTRY_COLUMNS = [
  'stream',
  'type',
  'data',
  'private_digest',
  'idempotency_key',
  'actor',
  'occurred_at',
  'recorded_at',
  'prev_hash',
  'hash',
].map((column) => ({ table: 'entry', column }));
const BODY_COLUMNS = ['digest', 'salt', 'body'].map((column) => ({ table: 'private_body', column }));

let journal: string;
beforeAll(async () => {
  journal = await aJournalFile();
});

async function isFoundAfter(work: Parameters<typeof tamper>[1]): Promise<boolean> {
  const path = aDatabasePath();
  copyFileSync(journal, path);
  tamper(path, work);
  const store = await openSqliteStore(path);
  const { broken } = await store.verify();
  await store.close();
  return broken !== null;
}

it('notices any one byte that was changed in any column of the journal', async () => {
  const change = fc.record({
    of: fc.constantFrom(...ENTRY_COLUMNS, ...BODY_COLUMNS),
    row: fc.nat(4),
    offset: fc.nat(200),
    flip: fc.integer({ min: 1, max: 255 }),
  });

  await fc.assert(
    fc.asyncProperty(change, async ({ of: { table, column }, row, offset, flip }) => {
      const found = await isFoundAfter((database) => {
        const rows = database
          .prepare<[], { place: number; bytes: Buffer }>(
            `select rowid as place, cast(${column} as blob) as bytes from ${table} where ${column} is not null`,
          )
          .all();
        const { place, bytes } = rows[row % rows.length] ?? { place: 0, bytes: Buffer.alloc(1) };
        const at = offset % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        database.prepare(`update ${table} set ${column} = cast(? as text) where rowid = ?`).run(bytes, place);
      });
      expect(found).toBe(true);
    }),
    { numRuns: 80 },
  );
}, 120_000);

it('notices any number that was changed in the journal', async () => {
  const change = fc.record({
    column: fc.constantFrom('seq', 'version'),
    seq: fc.integer({ min: 1, max: 5 }),
    to: fc.integer({ min: -9, max: 99 }).filter((value) => value < 1 || value > 5),
  });

  await fc.assert(
    fc.asyncProperty(change, async ({ column, seq, to }) => {
      expect(
        await isFoundAfter((database) =>
          database.prepare(`update entry set ${column} = ? where seq = ?`).run(to, seq),
        ),
      ).toBe(true);
    }),
    { numRuns: 30 },
  );
}, 120_000);
