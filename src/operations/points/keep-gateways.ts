import { differenceInMilliseconds, subMilliseconds } from 'date-fns';
import type { PointRow } from '../../store/types.js';
import type { Deps } from '../deps.js';
import type { GatewayPoints, GatewayPointsOptions } from './gateway-points.js';

/**
 * Writes down which gateways ask about which agents: a new pair soon, a known one at most once a minute, all in one
 * transaction. Otherwise an order given right after a restart would not expect them.
 */
export async function keepGateways({ store, now }: Deps, gateways: GatewayPoints): Promise<void> {
  const unsaved = gateways.takeUnsaved();
  if (unsaved.length === 0) return;
  const at = now();
  const rows = unsaved.map(({ point, silentMs }): PointRow => {
    const { pointId, agentId, instance } = point;
    const lastHeartbeatAt = subMilliseconds(at, silentMs).toISOString();
    const asked = { firstSeenAt: lastHeartbeatAt, lastHeartbeatAt, epoch: 0 };
    return { pointId, agentId, instance, kind: 'gateway', state: 'connected', ...asked };
  });
  try {
    await store.transact((tx) => tx.putPoints(rows));
  } catch (error) {
    gateways.unsaved(rows.map(({ pointId }) => pointId));
    throw error;
  }
}

/** Who asked before this process began; what is too long ago is judged by whoever is handed it. */
export async function rememberedGateways({
  store,
  now,
}: Pick<Deps, 'store' | 'now'>): Promise<NonNullable<GatewayPointsOptions['remembered']>> {
  const at = now();
  return (await store.points())
    .filter(({ kind }) => kind === 'gateway')
    .map(({ instance, agentId, lastHeartbeatAt }) => ({
      gateway: instance,
      agentId,
      // A clock that was set back makes nobody ask in the future.
      agoMs: Math.max(0, differenceInMilliseconds(at, lastHeartbeatAt)),
    }));
}
