import { sql } from 'kysely';
import type { Db } from '../schema.js';

/** Posts of alert sources that are answered and wait to be taken, in the order in which they came. */
export async function heldPosts(db: Db): Promise<void> {
  await db.schema
    .createTable('held_post')
    // Never given out twice: a number says which post came before which.
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('received_at', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(sql.lit(0)))
    .execute();
  await db.schema.createIndex('held_post_source').on('held_post').columns(['source', 'id']).execute();
}
