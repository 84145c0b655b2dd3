import type { Db } from '../schema.js';

/** Held attempts by the id of their action: what a reasoning trace asks for. */
export async function heldActions(db: Db): Promise<void> {
  await db.schema.createIndex('held_attempt_action').on('held_attempt').column('action_id').execute();
}
