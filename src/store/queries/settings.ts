import { sql } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { Db } from '../schema.js';
import type { PlaneIdentity } from '../types.js';
import { compiledOnce, type ValueOf } from './compiled-once.js';

export async function setting(db: Db, key: string): Promise<unknown> {
  const [row] = await settingOf(db, { key });
  return row === undefined ? undefined : JSON.parse(row.value);
}

const settingOf = compiledOnce((db, value: ValueOf<{ key: string }>) =>
  db.selectFrom('setting').select('value').where('key', '=', value('key')),
);

export async function setSetting(db: Db, key: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value ?? null);
  await db
    .insertInto('setting')
    .values({ key, value: text })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
    .execute();
}

export async function claim(db: Db, key: string, at: Instant): Promise<boolean> {
  return (await insertClaim(db, { key, at })).length > 0;
}

const insertClaim = compiledOnce((db, value: ValueOf<{ key: string; at: Instant }>) =>
  db
    .insertInto('claim')
    .values({ key: value('key'), claimed_at: value('at') })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('key'),
);

export async function isClaimed(db: Db, key: string): Promise<boolean> {
  return (await claimOf(db, { key })).length > 0;
}

const claimOf = compiledOnce((db, value: ValueOf<{ key: string }>) =>
  db.selectFrom('claim').select('key').where('key', '=', value('key')),
);

export async function nextNumber(db: Db, counter: string): Promise<number> {
  const [next] = await advance(db, { counter });
  if (next === undefined) throw new Error(`the counter ${counter} was not advanced`);
  return next.value;
}

const advance = compiledOnce((db, value: ValueOf<{ counter: string }>) =>
  db
    .insertInto('counter')
    .values({ name: value('counter'), value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql<number>`counter.value + 1` }))
    .returning('value'),
);

export async function currentNumber(db: Db, counter: string): Promise<number> {
  const [row] = await counterOf(db, { counter });
  return row?.value ?? 0;
}

const counterOf = compiledOnce((db, value: ValueOf<{ counter: string }>) =>
  db.selectFrom('counter').select('value').where('name', '=', value('counter')),
);

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
