import { sql } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { Db } from '../schema.js';
import type { PlaneIdentity } from '../types.js';

export async function setting(db: Db, key: string): Promise<unknown> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : JSON.parse(row.value);
}

export async function setSetting(db: Db, key: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value ?? null);
  await db
    .insertInto('setting')
    .values({ key, value: text })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
    .execute();
}

export async function claim(db: Db, key: string, at: Instant): Promise<boolean> {
  const claimed = await db
    .insertInto('claim')
    .values({ key, claimed_at: at })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('key')
    .executeTakeFirst();
  return claimed !== undefined;
}

export async function isClaimed(db: Db, key: string): Promise<boolean> {
  const row = await db.selectFrom('claim').select('key').where('key', '=', key).executeTakeFirst();
  return row !== undefined;
}

export async function nextNumber(db: Db, counter: string): Promise<number> {
  const { value } = await db
    .insertInto('counter')
    .values({ name: counter, value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql<number>`counter.value + 1` }))
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}

export async function currentNumber(db: Db, counter: string): Promise<number> {
  const row = await db.selectFrom('counter').select('value').where('name', '=', counter).executeTakeFirst();
  return row?.value ?? 0;
}

/** The first identity offered is the one that stays; whoever lost the race gets the winner's. */
export async function keepPlaneIdentity(db: Db, offered: PlaneIdentity): Promise<PlaneIdentity> {
  await db
    .insertInto('plane')
    .values({
      id: 1,
      plane_id: offered.planeId,
      private_key: offered.privateKey,
      public_key: offered.publicKey,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  return (await planeIdentity(db)) ?? offered;
}

export async function planeIdentity(db: Db): Promise<PlaneIdentity | undefined> {
  return db
    .selectFrom('plane')
    .select(['plane_id as planeId', 'private_key as privateKey', 'public_key as publicKey'])
    .where('id', '=', 1)
    .executeTakeFirst();
}
