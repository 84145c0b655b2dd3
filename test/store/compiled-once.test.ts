/** Queries that are put together once: each run has its own values, and SQLite plans them once. */
import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { atMost, compiledOnce, type ValueOf } from '../../src/store/queries/compiled-once.js';
import type { Schema } from '../../src/store/schema.js';
import { ImmediateSqliteDialect } from '../../src/store/sqlite-dialect.js';

async function openClaims(): Promise<Kysely<Schema>> {
  const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(new Database(':memory:')) });
  onTestFinished(() => db.destroy());
  await db.schema
    .createTable('claim')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('claimed_at', 'text')
    .execute();
  return db;
}

it('a query that is put together once is run with the values of each call', async () => {
  const db = await openClaims();
  let built = 0;
  const add = compiledOnce((on, value: ValueOf<{ key: string; at: string }>) => {
    built += 1;
    return on
      .insertInto('claim')
      .values({ key: value('key'), claimed_at: value('at') })
      .returning('key');
  });
  const found = compiledOnce((on, value: ValueOf<{ at: string; limit: number }>) =>
    on
      .selectFrom('claim')
      .select('key')
      .where('claimed_at', '=', value('at'))
      .where('key', '!=', 'b')
      .orderBy('key')
      .limit(atMost(value('limit'))),
  );

  const added = [];
  for (const key of ['a', 'b', 'c', 'd']) added.push(...(await add(db, { key, at: key < 'd' ? '1' : '2' })));
  const inside = await db.transaction().execute((tx) => found(tx, { at: '1', limit: 1 }));

  expect(added).toEqual(['a', 'b', 'c', 'd'].map((key) => ({ key })));
  expect(inside).toEqual([{ key: 'a' }]);
  expect(await found(db, { at: '1', limit: 10 })).toEqual([{ key: 'a' }, { key: 'c' }]);
  expect(await found(db, { at: '2', limit: 10 })).toEqual([{ key: 'd' }]);
  expect(built).toBe(1);
});
