import type { JournalHead } from '../../core/journal.js';
import type { Db } from '../schema.js';

/** Two heads of one size are both kept: that contradiction is what verifying has to find. */
export async function addCheckpoint(db: Db, { size, hash }: JournalHead): Promise<void> {
  await db
    .insertInto('checkpoint')
    .values({ size, hash })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function checkpoints(db: Db): Promise<JournalHead[]> {
  return db.selectFrom('checkpoint').select(['size', 'hash']).orderBy('size').orderBy('hash').execute();
}
