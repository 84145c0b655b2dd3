import type { AlertRow } from '../types.js';
import type { Db } from '../schema.js';

export async function putAlert(db: Db, row: AlertRow): Promise<void> {
  const rest = {
    incident: row.incident,
    status: row.status,
    count: row.count,
    first_at: row.firstAt,
    last_at: row.lastAt,
  };
  await db
    .insertInto('alert')
    .values({ dedup_key: row.dedupKey, ...rest })
    .onConflict((conflict) => conflict.column('dedup_key').doUpdateSet(rest))
    .execute();
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
