import Database from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Schema } from '../../src/store/schema.js';
import { ImmediateSqliteDialect } from '../../src/store/sqlite-dialect.js';
import { asDomainError } from '../../src/store/sqlite-errors.js';
import { aDatabasePath } from '../support/journal-file.js';

it('says that the disk is full, keeps nothing of the transaction, and works again when there is room', async () => {
  const database = new Database(aDatabasePath());
  const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(database) });
  await sql`create table setting (key text primary key, value text)`.execute(db);
  database.pragma('max_page_count = 20');

  const writing = db.transaction().execute(async (tx) => {
    await tx.insertInto('setting').values({ key: 'small', value: '1' }).execute();
    await tx
      .insertInto('setting')
      .values({ key: 'big', value: 'x'.repeat(300_000) })
      .execute();
  });
  const error = await writing.catch(asDomainError);

  expect(error).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('Free space'),
    cause: expect.objectContaining({ code: 'SQLITE_FULL' }),
  });
  database.pragma('max_page_count = 2000');
  expect(await db.selectFrom('setting').selectAll().execute()).toEqual([]);
  await db.destroy();
});

it.each([
  'SQLITE_IOERR_FSYNC',
  'SQLITE_READONLY_DBMOVED',
  'SQLITE_CANTOPEN',
  'SQLITE_CORRUPT_INDEX',
  'SQLITE_BUSY_SNAPSHOT',
])('turns %s into a sentence that says what to do, and keeps the cause', (code) => {
  const cause = new Database.SqliteError('as the driver puts it', code);

  expect(asDomainError(cause)).toMatchObject({ name: 'DomainError', code: 'unavailable', cause });
});

it('leaves a defect what it is', () => {
  const defect = new Database.SqliteError('UNIQUE constraint failed: token.id', 'SQLITE_CONSTRAINT_UNIQUE');

  expect(asDomainError(defect)).toBe(defect);
});
