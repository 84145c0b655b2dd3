import type { Database, Statement } from 'better-sqlite3';
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
} from 'kysely';
import { isUrgent } from './urgency.js';

/** Kysely's SQLite dialect with transactions that suit one writer among several processes. */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: Database;

  constructor(database: Database) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#database);
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: Database;
  readonly #urgent: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  constructor(database: Database) {
    super({ database: preparingOnce(database) });
    this.#database = database;
  }

  /** The urgent first, then first come, first served. The driver's own lock wakes everybody who waits each time that one may go. */
  override async acquireConnection(): Promise<DatabaseConnection> {
    const queue = isUrgent() ? this.#urgent : this.#waiting;
    if (this.#isTaken) await new Promise<void>((resolve) => void queue.push(resolve));
    this.#isTaken = true;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    await super.releaseConnection();
    const next = this.#urgent.shift() ?? this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }

  /** Takes the write lock at once: a lock that comes with the first write can fail in mid-transaction. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** SQLite rolls back by itself when the disk is full; rolling back again would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }

  /** Lets a running transaction finish first. */
  override async destroy(): Promise<void> {
    await this.acquireConnection();
    this.#database.close();
    await this.releaseConnection();
  }
}

const STATEMENTS_KEPT = 500;
/** Longer ones write many rows at once, seldom as many as before. */
const LONGEST_KEPT = 4_000;

/** The same few statements come again and again: each is prepared once. */
function preparingOnce(database: Database): SqliteDatabase {
  const prepared = new Map<string, Statement>();
  return {
    close: () => void database.close(),
    prepare(text) {
      const known = prepared.get(text);
      if (known !== undefined) return known;
      const statement = database.prepare(text);
      if (text.length <= LONGEST_KEPT && prepared.size < STATEMENTS_KEPT) prepared.set(text, statement);
      return statement;
    },
  };
}
