import type { Database, Statement } from 'better-sqlite3';
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
} from 'kysely';

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

  constructor(database: Database) {
    super({ database: preparingOnce(database) });
    this.#database = database;
  }

  /** Takes the write lock at once: a lock that comes with the first write can fail in mid-transaction. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** SQLite rolls back by itself when the disk is full; rolling back again would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
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
