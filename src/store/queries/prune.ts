import type { Instant } from '../../core/ids.js';
import type { Db } from '../schema.js';

/** What the journal says stays; these tables are for what is still to be done, or done twice. */
export async function prune(db: Db, before: Instant, limit: number): Promise<number> {
  return (
    (await pruneEffects(db, before, limit)) +
    (await pruneClaims(db, before, limit)) +
    (await prunePoints(db, before, limit)) +
    (await pruneAlertSaid(db, before, limit))
  );
}

async function pruneEffects(db: Db, before: Instant, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('effect')
    .where('id', 'in', (from) =>
      from
        .selectFrom('effect')
        .select('id')
        .where('state', '<>', 'waiting')
        .where('finished_at', '<', before)
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function pruneClaims(db: Db, before: Instant, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('claim')
    .where('key', 'in', (from) =>
      from.selectFrom('claim').select('key').where('claimed_at', '<', before).limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function prunePoints(db: Db, before: Instant, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('point')
    .where('point_id', 'in', (from) =>
      from
        .selectFrom('point')
        .select('point_id')
        .where((is) => is.or([is('state', '=', 'gone'), is('kind', '=', 'gateway')]))
        .where('last_heartbeat_at', '<', before)
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function pruneAlertSaid(db: Db, before: Instant, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('alert_said')
    .where('dedup_key', 'in', (from) =>
      from.selectFrom('alert_said').select('dedup_key').where('heard_at', '<', before).limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
