import { subMilliseconds } from 'date-fns';
import type { PointRow, Transaction } from '../store/types.js';
import type { Deps } from './deps.js';

/** Writes down how a point stands in the ledger, so that the next process knows who may hold a lease. */
export async function keepPointIn(
  tx: Transaction,
  { plane, now }: Pick<Deps, 'plane' | 'now'>,
  pointId: string,
  state?: PointRow['state'],
): Promise<void> {
  const point = plane.leases.get(pointId);
  if (point === undefined) return;
  const { agentId, instance, firstSeenAt, epoch, connections } = point;
  const lastHeartbeatAt = subMilliseconds(now(), plane.leases.silentMs(pointId)).toISOString();
  const standing = connections > 0 ? 'connected' : 'disconnected';
  const row = { pointId, agentId, instance, kind: 'guard' as const, firstSeenAt, lastHeartbeatAt, epoch };
  await tx.putPoint({ ...row, state: state ?? standing });
}
