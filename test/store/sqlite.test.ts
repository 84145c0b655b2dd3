import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { aDatabasePath, aJournalFile, tamper } from '../support/journal-file.js';
import { anAppend } from '../support/store-rows.js';

/** How long the event loop stood still at most while `work` ran. */
async function longestStandstillMs(work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work;
  clearInterval(timer);
  return longest;
}

describe('the SQLite store', () => {
  it('has on disk what was committed, although nobody closed it', async () => {
    const path = aDatabasePath();
    const running = await openSqliteStore(path);
    await running.transact((tx) => tx.append(anAppend()));

    const next = await openSqliteStore(path);

    expect(await next.readStream('INC-7')).toHaveLength(1);
    expect(await next.verify()).toMatchObject({ broken: null, entries: 1 });
    await next.close();
    await running.close();
  });

  it('clears no log away while an order to ten thousand guards and their answers are written', async () => {
    const path = aDatabasePath();
    const store = await openSqliteStore(path);
    const before = statSync(path).size;
    const aMegabyte = [{ type: 'note:added', data: { text: 'x'.repeat(1_000_000) } }];

    for (let written = 0; written < 6; written += 1)
      await store.transact((tx) => tx.append(anAppend({ events: aMegabyte })));

    expect(statSync(path).size).toBe(before);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(6_000_000);
    await store.close();
  });

  it('waits for a process that holds the database, and stays responsive meanwhile', async () => {
    const path = aDatabasePath();
    const store = await openSqliteStore(path);
    const other = new Database(path);
    other.exec('begin immediate');

    const press = store.transact((tx) => tx.append(anAppend()));
    setTimeout(() => other.exec('rollback'), 1000);
    const standstill = await longestStandstillMs(press);

    expect(await press).toBe(true);
    expect(standstill).toBeLessThan(700);
    other.close();
    await store.close();
  });

  it('still reads while another process is writing', async () => {
    const path = aDatabasePath();
    const store = await openSqliteStore(path);
    const other = new Database(path);
    other.exec('begin immediate');

    const waiting = store.transact((tx) => tx.append(anAppend()));

    expect(await store.head()).toMatchObject({ size: 0 });
    other.exec('rollback');
    await waiting;
    other.close();
    await store.close();
  });

  it('gives up after a while and says what to do', async () => {
    const path = aDatabasePath();
    const store = await openSqliteStore(path, { patienceMs: 100 });
    const other = new Database(path);
    other.exec('begin immediate');

    const press = store.transact((tx) => tx.append(anAppend()));

    await expect(press).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Another process holds the database'),
      cause: expect.objectContaining({ code: 'SQLITE_BUSY' }),
    });
    other.exec('rollback');
    other.close();
    await store.close();
  });

  it('refuses to change or delete what the journal holds', async () => {
    const path = await aJournalFile();
    const other = new Database(path);

    expect(() => other.exec(`update entry set data = '{}' where seq = 1`)).toThrow('entry is append-only');
    expect(() => other.exec('delete from entry')).toThrow('entry is append-only');
    other.close();
  });

  it('refuses a database that a newer Haltline has written', async () => {
    const path = await aJournalFile();
    tamper(path, (database) => database.exec(`insert into migration values ('0999-from-the-future')`));

    await expect(openSqliteStore(path)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('newer Haltline (it has the migration "0999-from-the-future")'),
    });
  });

  it('is made once when two processes start at the same moment', async () => {
    const path = aDatabasePath();

    const [one, other] = await Promise.all([openSqliteStore(path), openSqliteStore(path)]);

    expect(await one.planeIdentity()).toEqual(await other.planeIdentity());
    await one.close();
    await other.close();
  });

  it('may be read by its owner alone', async () => {
    const path = aDatabasePath();
    const store = await openSqliteStore(path);

    expect(statSync(path).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('explains where it cannot be opened', async () => {
    const opening = openSqliteStore(join(aDatabasePath(), 'no', 'such', 'folder.db'));

    await expect(opening).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Check that its folder exists'),
    });
  });

  it('says that it is closed, and lets a running transaction finish first', async () => {
    const store = await openSqliteStore(':memory:');
    const running = store.transact((tx) => tx.append(anAppend()));
    await store.close();

    expect(await running).toBe(true);
    await expect(store.head()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
