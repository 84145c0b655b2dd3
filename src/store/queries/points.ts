import type { PointRow } from '../types.js';
import type { Db } from '../schema.js';

export async function putPoint(db: Db, row: PointRow): Promise<void> {
  const rest = {
    agent_id: row.agentId,
    instance: row.instance,
    kind: row.kind,
    state: row.state,
    first_seen_at: row.firstSeenAt,
    last_heartbeat_at: row.lastHeartbeatAt,
    epoch: row.epoch,
  };
  await db
    .insertInto('point')
    .values({ point_id: row.pointId, ...rest })
    .onConflict((conflict) => conflict.column('point_id').doUpdateSet(rest))
    .execute();
}

export async function points(db: Db): Promise<PointRow[]> {
  return db
    .selectFrom('point')
    .select([
      'point_id as pointId',
      'agent_id as agentId',
      'instance',
      'kind',
      'state',
      'first_seen_at as firstSeenAt',
      'last_heartbeat_at as lastHeartbeatAt',
      'epoch',
    ])
    .orderBy('point_id')
    .execute();
}
