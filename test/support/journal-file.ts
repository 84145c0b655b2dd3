import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteStore } from '../../src/store/sqlite.js';
import type { Store } from '../../src/store/types.js';
import { temporaryFolder } from './processes.js';
import { anAppend } from './store-rows.js';

/** A path for a database in a folder of its own. */
export function aDatabasePath(): string {
  return join(temporaryFolder(), 'haltline.db');
}

/** Five entries in two streams, each with a private body, the third with an idempotency key. */
export async function writeJournal(store: Store): Promise<void> {
  for (const seq of [1, 2, 3, 4, 5]) {
    const events = [{ type: 'note:added', data: { seq, by: 'U0SRE1' }, private: { text: `note ${seq}` } }];
    const stream = seq % 2 === 0 ? 'INC-8' : 'INC-7';
    const key = seq === 3 ? { idempotencyKey: 'press:3' } : {};
    await store.transact((tx) => tx.append(anAppend({ stream, events, ...key })));
  }
}

/** A file with that journal, closed. */
export async function aJournalFile(): Promise<string> {
  const path = aDatabasePath();
  const store = await openSqliteStore(path);
  await writeJournal(store);
  await store.close();
  return path;
}

/** Somebody with the file in hand, whom no trigger stops. */
export function tamper(path: string, work: (database: Database.Database) => void): void {
  const database = new Database(path);
  database.pragma('synchronous = OFF');
  const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
  for (const name of triggers) database.exec(`drop trigger ${String(name)}`);
  work(database);
  database.close();
}
