import { sql } from 'kysely';
import type { Db } from '../schema.js';

/** Attempts in quarantine: found by id, by digest, and listed in the order of holding. */
export async function heldAttempts(db: Db): Promise<void> {
  await db.schema
    .createTable('held_attempt')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('number', 'integer', (c) => c.notNull().unique())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('halt_id', 'text', (c) => c.notNull())
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('tool', 'text', (c) => c.notNull())
    .addColumn('action_class', 'text', (c) => c.notNull())
    .addColumn('action_id', 'text', (c) => c.notNull())
    .addColumn('held_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text')
    .addColumn('decided_by', 'text')
    .execute();
  // Whatever expired or was refused may be asked for again; what runs, ran or was rejected is one item for ever.
  await db.schema
    .createIndex('held_attempt_one_per_digest')
    .unique()
    .on('held_attempt')
    .column('digest')
    .where(sql.ref('state'), 'not in', [sql.lit('expired'), sql.lit('refused')])
    .execute();
  await db.schema
    .createIndex('held_attempt_digest')
    .on('held_attempt')
    .columns(['digest', 'number'])
    .execute();
  await db.schema
    .createIndex('held_attempt_halt')
    .on('held_attempt')
    .columns(['halt_id', 'state', 'number'])
    .execute();
  await db.schema
    .createIndex('held_attempt_open')
    .on('held_attempt')
    .columns(['state', 'agent_id', 'number'])
    .execute();
}
