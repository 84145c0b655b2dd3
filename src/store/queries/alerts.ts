import type { AlertRow, AlertSaidRow, Transaction } from '../types.js';
import type { Db } from '../schema.js';
import { compiledOnce, type ValueOf } from './compiled-once.js';
import { padded } from './padded.js';

export async function putAlert(db: Db, row: AlertRow): Promise<void> {
  await upsertAlert(db, row);
}

const upsertAlert = compiledOnce((db, value: ValueOf<AlertRow>) => {
  const rest = {
    incident: value('incident'),
    status: value('status'),
    count: value('count'),
    first_at: value('firstAt'),
    last_at: value('lastAt'),
  };
  return db
    .insertInto('alert')
    .values({ dedup_key: value('dedupKey'), ...rest })
    .onConflict((conflict) => conflict.column('dedup_key').doUpdateSet(rest));
});

/** A storm is nearly all of this: one statement for all that came equally often. What was over is no repeat. */
export async function repeatAlerts(
  db: Db,
  ...[times, at]: Parameters<Transaction['repeatAlerts']>
): Promise<Map<string, string>> {
  const incidents = new Map<string, string>();
  for (const more of new Set(times.values())) {
    const keys = [...times].flatMap(([key, count]) => (count === more ? [key] : []));
    const rows = await db
      .updateTable('alert')
      .set((column) => ({ count: column('count', '+', more), last_at: at }))
      .where('dedup_key', 'in', padded(keys))
      .where('status', '=', 'firing')
      .where((is) =>
        is.exists(
          is
            .selectFrom('incident')
            .select('incident.name')
            .whereRef('incident.name', '=', 'alert.incident')
            .where('incident.open', '=', 1),
        ),
      )
      .returning(['dedup_key', 'incident'])
      .execute();
    for (const row of rows) incidents.set(row.dedup_key, row.incident);
  }
  return incidents;
}

/** How often alerts of an incident have come in, repeats among them. */
export async function countAlerts(db: Db, incident: string): Promise<number> {
  const row = await db
    .selectFrom('alert')
    .select(({ fn }) => fn.sum<number | null>('count').as('count'))
    .where('incident', '=', incident)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

export async function alert(db: Db, dedupKey: string): Promise<AlertRow | undefined> {
  return db
    .selectFrom('alert')
    .select([
      'dedup_key as dedupKey',
      'incident',
      'status',
      'count',
      'first_at as firstAt',
      'last_at as lastAt',
    ])
    .where('dedup_key', '=', dedupKey)
    .executeTakeFirst();
}

export async function putAlertSaid(db: Db, row: AlertSaidRow): Promise<void> {
  await upsertAlertSaid(db, row);
}

const upsertAlertSaid = compiledOnce((db, value: ValueOf<AlertSaidRow>) => {
  const rest = { starts_at: value('startsAt'), ends_at: value('endsAt'), heard_at: value('heardAt') };
  return db
    .insertInto('alert_said')
    .values({ dedup_key: value('dedupKey'), ...rest })
    .onConflict((conflict) => conflict.column('dedup_key').doUpdateSet(rest));
});

export async function alertSaid(db: Db, dedupKey: string): Promise<AlertSaidRow | undefined> {
  const [row] = await saidOf(db, { dedupKey });
  return row;
}

const saidOf = compiledOnce((db, value: ValueOf<{ dedupKey: string }>) =>
  db
    .selectFrom('alert_said')
    .select(['dedup_key as dedupKey', 'starts_at as startsAt', 'ends_at as endsAt', 'heard_at as heardAt'])
    .where('dedup_key', '=', value('dedupKey')),
);
