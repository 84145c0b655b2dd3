import type { ExpressionBuilder } from 'kysely';
import type { PointRow } from '../types.js';
import type { Db, PointTable } from '../schema.js';

/** SQLite takes 32,766 parameters in one statement; a row has eight. */
const ROWS_AT_ONCE = 1_000;

/** The newest row of each name wins, also among those handed in. */
export async function putPoints(db: Db, rows: readonly PointRow[]): Promise<void> {
  const newest = [...new Map(rows.map((row) => [row.pointId, row])).values()];
  for (let start = 0; start < newest.length; start += ROWS_AT_ONCE) {
    await db
      .insertInto('point')
      .values(newest.slice(start, start + ROWS_AT_ONCE).map(asTableRow))
      .onConflict((conflict) => conflict.column('point_id').doUpdateSet(excluded))
      .execute();
  }
}

function asTableRow(row: PointRow): PointTable {
  return {
    point_id: row.pointId,
    agent_id: row.agentId,
    instance: row.instance,
    kind: row.kind,
    state: row.state,
    first_seen_at: row.firstSeenAt,
    last_heartbeat_at: row.lastHeartbeatAt,
    epoch: row.epoch,
  };
}

function excluded(row: ExpressionBuilder<{ excluded: PointTable }, 'excluded'>) {
  return {
    agent_id: row.ref('excluded.agent_id'),
    instance: row.ref('excluded.instance'),
    kind: row.ref('excluded.kind'),
    state: row.ref('excluded.state'),
    first_seen_at: row.ref('excluded.first_seen_at'),
    last_heartbeat_at: row.ref('excluded.last_heartbeat_at'),
    epoch: row.ref('excluded.epoch'),
  };
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
