import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { DomainError } from '../core/errors.js';
import type { Instant } from '../core/ids.js';
import { createKyselyStore } from './kysely-store.js';
import { migrate } from './migrate.js';
import { UNWATCHED, watchNesting } from './nesting.js';
import { retryWhileBusy } from './retry-while-busy.js';
import type { Schema } from './schema.js';
import { ImmediateSqliteDialect } from './sqlite-dialect.js';
import { asDomainError, isBusy, isDamage } from './sqlite-errors.js';
import type { Store } from './types.js';

export interface SqliteOptions {
  /** When a row was added, for the age of the backlog; the system clock where left out. */
  readonly now?: () => Instant;
  /** How long to wait for another process that holds the database before giving up. */
  readonly patienceMs?: number;
  /** Told once, when the database is open. */
  readonly log?: { info(data: object, message: string): void };
  /** False: a store that is used inside its own transaction is not told so at once; see `nesting.ts`. */
  readonly watchNesting?: boolean;
}

/** Short, because better-sqlite3 waits with the event loop stopped. The long wait is `retryWhileBusy`. */
const BLOCKING_WAIT_MS = 5;
const PATIENCE_MS = 5_000;

/**
 * Opens (or makes) the database and brings it up to date. `path` is a file or `:memory:`. DomainError
 * `unavailable` where it cannot be opened, is held by another process, or comes from a newer Haltline.
 */
export async function openSqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  const { now = () => new Date().toISOString(), patienceMs = PATIENCE_MS, log } = options;
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await retryWhileBusy({ forMs: patienceMs, isBusy }, work);
    } catch (error) {
      throw asDomainError(error);
    }
  };
  const database = openDatabase(path);
  try {
    await attempt(async () => configure(database));
    const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(database) });
    await attempt(() => db.transaction().execute(migrate));
    log?.info({ path }, 'store opened');
    const nesting = options.watchNesting === false ? UNWATCHED : watchNesting();
    return createKyselyStore({ db, now, attempt, isDamage, nesting });
  } catch (error) {
    database.close();
    throw error;
  }
}

function openDatabase(path: string): Database.Database {
  try {
    // It holds the plane's private key and people's words: nobody else on the machine may read it.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    return new Database(path, { timeout: BLOCKING_WAIT_MS });
  } catch (cause) {
    throw new DomainError(
      'unavailable',
      `The database ${path} cannot be opened. Check that its folder exists and that this user may write there.`,
      { cause },
    );
  }
}

/** Every PRAGMA there is. FULL: what was committed survives a power cut. */
function configure(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  // 16 MB. To clear the log away stops us for several times as long as a commit, and an order to ten thousand guards with
  // their answers fills SQLite's usual 4 MB: each would pay for it in its middle.
  database.pragma('wal_autocheckpoint = 4000');
  // Without it, INSERT OR REPLACE would delete journal rows past the trigger that forbids it.
  database.pragma('recursive_triggers = ON');
}
