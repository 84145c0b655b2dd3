import { afterEach, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { openSqliteStore } from '../../src/store/sqlite.js';
import type { JournalHead } from '../../src/core/journal.js';
import type { Store, Verification } from '../../src/store/types.js';
import { entryHash } from '../../src/store/chain.js';
import { aJournalFile, tamper } from '../support/journal-file.js';

const open: Store[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
});

async function reopen(path: string): Promise<Store> {
  const store = await openSqliteStore(path);
  open.push(store);
  return store;
}

async function verifyAfter(
  work: (database: Database) => void,
  { path, expected = [] }: { path?: string; expected?: JournalHead[] } = {},
): Promise<Verification> {
  const file = path ?? (await aJournalFile());
  tamper(file, work);
  return (await reopen(file)).verify(expected);
}

/** A journal of five whose head was shown outside. */
async function aShownJournal(): Promise<{ path: string; head: JournalHead }> {
  const path = await aJournalFile();
  const store = await openSqliteStore(path);
  const head = await store.head();
  await store.transact((tx) => tx.addCheckpoint(head));
  await store.close();
  return { path, head };
}

describe('verify', () => {
  it('finds nothing in a journal that nobody touched', async () => {
    const found = await verifyAfter(() => undefined);

    expect(found).toMatchObject({ entries: 5, erased: 0, broken: null, head: { size: 5 } });
  });

  it('names the entry whose content was edited', async () => {
    const found = await verifyAfter((db) =>
      db.exec(`update entry set data = replace(data, 'U0SRE1', 'U0SRE2') where seq = 3`),
    );

    expect(found.broken).toEqual({ seq: 3, what: expect.stringContaining('hash does not match') });
    expect(found.entries).toBe(5);
  });

  it('names the first of several', async () => {
    const found = await verifyAfter((db) => db.exec(`update entry set type = 'a:b' where seq in (2, 4)`));

    expect(found.broken?.seq).toBe(2);
  });

  it('names the entry that was deleted', async () => {
    const found = await verifyAfter((db) => db.exec('delete from entry where seq = 2'));

    expect(found.broken).toEqual({ seq: 2, what: 'entry 2 is missing: entry 3 stands in its place' });
  });

  it('names the first of two entries that changed places', async () => {
    const found = await verifyAfter((db) =>
      db.exec(
        'update entry set seq = -1 where seq = 2; update entry set seq = 2 where seq = 4; update entry set seq = 4 where seq = -1',
      ),
    );

    expect(found.broken?.seq).toBe(2);
  });

  it('names the entry whose hash was made to fit, by the one that follows it', async () => {
    const found = await verifyAfter((db) => reseal(db, 3, '{"by":"U0SRE2"}'));

    expect(found.broken).toEqual({ seq: 4, what: expect.stringContaining('does not follow') });
  });

  it('names the hole in a stream', async () => {
    const found = await verifyAfter((db) => db.exec('update entry set version = 9 where seq = 3'));

    expect(found.broken).toEqual({ seq: 3, what: expect.stringContaining('version 9 of INC-7') });
  });

  it('names the entry whose private body was changed', async () => {
    const found = await verifyAfter((db) =>
      db.exec(`update private_body set body = replace(body, 'note 4', 'note x')`),
    );

    expect(found.broken).toEqual({ seq: 4, what: expect.stringContaining('private body') });
  });

  it('names the entry whose private body was hidden under another digest', async () => {
    const found = await verifyAfter((db) =>
      db.exec(
        `update private_body set digest = 'x' where digest = (select private_digest from entry where seq = 2)`,
      ),
    );

    expect(found.broken).toEqual({ seq: 2, what: expect.stringContaining('another digest') });
  });

  it('counts erased private bodies and finds no fault in them', async () => {
    const path = await aJournalFile();
    const found = await verifyAfter(
      (db) =>
        db.exec(
          'delete from private_body where digest in (select private_digest from entry where seq in (1, 4))',
        ),
      { path },
    );
    const [first] = await (await reopen(path)).readStream('INC-7');

    expect(found).toMatchObject({ broken: null, erased: 2, entries: 5 });
    expect(first?.private).toBeNull();
  });

  it('cannot see a cut tail by itself', async () => {
    const found = await verifyAfter((db) =>
      db.exec('delete from entry where seq = 5; delete from private_body'),
    );

    expect(found).toMatchObject({ broken: null, entries: 4 });
  });

  it('sees a cut tail by a checkpoint', async () => {
    const { path } = await aShownJournal();

    const found = await verifyAfter(
      (db) => db.exec('delete from entry where seq > 3; delete from private_body'),
      {
        path,
      },
    );

    expect(found.broken).toEqual({
      seq: 4,
      what: 'the tail was cut: a checkpoint counted 5 entries, 3 are left',
    });
  });

  it('sees a cut tail by the head from a card, also when the checkpoints were removed', async () => {
    const { path, head } = await aShownJournal();

    const found = await verifyAfter(
      (db) => db.exec('delete from entry where seq > 3; delete from private_body; delete from checkpoint'),
      { path, expected: [{ size: head.size, hash: head.hash.slice(0, 16) }] },
    );

    expect(found.broken?.what).toContain('the head you gave counted 5 entries');
  });

  it('sees a chain that was rewritten to its end, by a checkpoint', async () => {
    const { path } = await aShownJournal();

    const found = await verifyAfter((db) => reseal(db, 5, '{"by":"U0SRE2"}'), { path });

    expect(found.broken).toEqual({ seq: 5, what: expect.stringContaining('rewritten: a checkpoint had 5:') });
  });

  it('sees a chain that was rewritten to its end, by the head from a card', async () => {
    const { path, head } = await aShownJournal();
    const expected = [{ size: 5, hash: head.hash.slice(0, 16).toUpperCase() }];

    const untouched = await verifyAfter(() => undefined, { path, expected });
    const found = await verifyAfter((db) => db.exec('delete from checkpoint') && reseal(db, 5, '{}'), {
      path,
      expected,
    });

    expect(untouched.broken).toBeNull();
    expect(found.broken?.what).toContain('rewritten: the head you gave');
  });

  it('refuses a head too short to prove anything', async () => {
    const store = await reopen(await aJournalFile());

    await expect(store.verify([{ size: 5, hash: 'abc' }])).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('reports bytes that are no text, and JSON that is none, instead of throwing', async () => {
    const noText = await verifyAfter((db) =>
      db.exec(`update entry set data = cast(x'7b22ff227d' as text) where seq = 1`),
    );
    const noJson = await verifyAfter((db) => db.exec(`update entry set actor = '{' where seq = 2`));

    expect([noText.broken?.seq, noJson.broken?.seq]).toEqual([1, 2]);
  });

  it('reports a journal whose table is gone instead of throwing', async () => {
    const found = await verifyAfter((db) => db.exec('drop table entry'));

    expect(found.broken).toEqual({ seq: 1, what: expect.stringContaining('cannot be read') });
  });

  it('refuses a file that is no database with a sentence', async () => {
    const path = await aJournalFile();
    writeFileSync(path, 'this is not a database, it only has its name; long enough to be read as a header');

    await expect(openSqliteStore(path)).rejects.toMatchObject({ name: 'DomainError', code: 'unavailable' });
  });
});

/** Rewrites an entry the way somebody who knows the format would: with a hash that fits. */
function reseal(database: Database, seq: number, data: string): void {
  const row = database
    .prepare<[number], Parameters<typeof entryHash>[0]>(
      `select seq, stream, version, type, private_digest as privateDigest, idempotency_key as idempotencyKey,
       actor, occurred_at as occurredAt, recorded_at as recordedAt, prev_hash as prevHash from entry where seq = ?`,
    )
    .get(seq);
  if (row === undefined) throw new Error(`no entry ${seq}`);
  database
    .prepare('update entry set data = ?, hash = ? where seq = ?')
    .run(data, entryHash({ ...row, data }), seq);
}
