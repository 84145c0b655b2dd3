import type { Db } from '../schema.js';

/** Which incidents have their cause in common, and below which umbrella they stand; and the alerts of an incident. */
export async function umbrellas(db: Db): Promise<void> {
  await db.schema
    .createTable('cause')
    .addColumn('incident', 'text', (c) => c.primaryKey().notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('agent', 'text')
    .addColumn('opened_at', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('umbrella', 'text')
    .execute();
  await db.schema.createIndex('cause_opened').on('cause').columns(['cause', 'opened_at']).execute();
  await db.schema.createIndex('cause_umbrella').on('cause').column('umbrella').execute();
  await db.schema.createIndex('alert_incident').on('alert').column('incident').execute();
}
