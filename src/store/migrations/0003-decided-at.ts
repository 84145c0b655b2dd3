import { sql } from 'kysely';
import type { Db } from '../schema.js';

/** When a held attempt was decided: how long agents wait for people. Nobody knows it of older ones. */
export async function decidedAt(db: Db): Promise<void> {
  await db.schema.alterTable('held_attempt').addColumn('decided_at', 'text').execute();
  await db.schema
    .createIndex('held_attempt_decided')
    .on('held_attempt')
    .column('decided_at')
    .where(sql.ref('decided_at'), 'is not', null)
    .execute();
}
