import type { Db } from '../schema.js';
import type { HeldPostRow, HeldPosts, NewHeldPost, Reader } from '../types.js';
import { atMost, compiledOnce, type ValueOf } from './compiled-once.js';

export async function holdPost(db: Db, { source, receivedAt, body }: NewHeldPost): Promise<void> {
  await db
    .insertInto('held_post')
    .values({ source, received_at: receivedAt, body: JSON.stringify(body), attempts: 0 })
    .execute();
}

/** How much waits, source by source; a source without any is left out. */
export async function heldPostCounts(db: Db): Promise<HeldPosts[]> {
  const rows = await db
    .selectFrom('held_post')
    .select((column) => [
      'source',
      column.fn.countAll().as('count'),
      column.fn.min('received_at').as('oldestAt'),
    ])
    .groupBy('source')
    .orderBy('source')
    .execute();
  return rows.map(({ source, count, oldestAt }) => ({ source, count: Number(count), oldestAt }));
}

export async function countHeldPosts(db: Db, source: string): Promise<number> {
  const { count } = await db
    .selectFrom('held_post')
    .select((column) => column.fn.countAll().as('count'))
    .where('source', '=', source)
    .executeTakeFirstOrThrow();
  return Number(count);
}

type HeldPostFilter = Parameters<Reader['heldPosts']>[0];

export async function heldPosts(db: Db, filter: HeldPostFilter): Promise<HeldPostRow[]> {
  const rows = await oldestOf(db, filter);
  return rows.map(({ body, ...row }) => ({ ...row, body: JSON.parse(body) as unknown }));
}

const oldestOf = compiledOnce((db, value: ValueOf<HeldPostFilter>) =>
  db
    .selectFrom('held_post')
    .select(['id', 'source', 'received_at as receivedAt', 'body', 'attempts'])
    .where('source', '=', value('source'))
    .where('id', '>', value('after'))
    .orderBy('id')
    .limit(atMost(value('limit'))),
);

export async function dropHeldPost(db: Db, id: number): Promise<void> {
  await db.deleteFrom('held_post').where('id', '=', id).execute();
}

export async function retryHeldPost(db: Db, id: number): Promise<void> {
  await db
    .updateTable('held_post')
    .set((column) => ({ attempts: column('attempts', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
