import type { Db } from '../schema.js';

/** What sources have said of their alerts, by their own clocks: posts come in any order. */
export async function alertSaid(db: Db): Promise<void> {
  await db.schema
    .createTable('alert_said')
    .addColumn('dedup_key', 'text', (c) => c.primaryKey().notNull())
    .addColumn('starts_at', 'text')
    .addColumn('ends_at', 'text')
    .addColumn('heard_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('alert_said_heard').on('alert_said').column('heard_at').execute();
}
