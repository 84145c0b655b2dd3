import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { DomainError } from '../../core/errors.js';
import { MIGRATIONS } from '../migrations/migrations.js';

/** How long to wait for another process that writes, such as the one we replace. */
const PATIENCE_MS = 5_000;
/** Pages of the write-ahead log before it is folded into the file: 16 MiB. */
const CHECKPOINT_PAGES = 4_096;
const CACHE_KIB = 65_536;

/** Opens (or makes) telemetry's database and brings it up to date. DomainError `unavailable` says what to mend. */
export function openDatabase(path: string): Database.Database {
  const database = openFile(path);
  try {
    configure(database);
    database.transaction(migrate).immediate(database);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof DomainError) throw error;
    throw unavailable(`The telemetry database ${path} cannot be used: is it another kind of file?`, error);
  }
}

function openFile(path: string): Database.Database {
  try {
    // It holds what agents did and for whom: nobody else on the machine may read it.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    return new Database(path, { timeout: PATIENCE_MS });
  } catch (error) {
    throw unavailable(
      `The telemetry database ${path} cannot be opened. Check that its folder exists and that this user may write there.`,
      error,
    );
  }
}

/** FULL: what was answered 200 survives a power cut. */
function configure(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`cache_size = -${CACHE_KIB}`);
}

function migrate(database: Database.Database): void {
  database.exec('create table if not exists migration (name text primary key)');
  const names = database.prepare<[], string>('select name from migration').pluck().all();
  const unknown = names.find((name) => !(name in MIGRATIONS));
  if (unknown !== undefined)
    throw unavailable(
      `The telemetry database was written by a newer Haltline (it has the migration "${unknown}"). ` +
        'Start that version again, or restore the backup from before the upgrade.',
    );
  const done = database.prepare('insert into migration (name) values (?)');
  for (const [name, apply] of Object.entries(MIGRATIONS)) {
    if (names.includes(name)) continue;
    apply(database);
    done.run(name);
  }
}

function unavailable(sentence: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', sentence, { cause });
}
