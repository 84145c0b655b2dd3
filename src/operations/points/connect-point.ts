import { DomainError } from '../../core/errors.js';
import type { PointName } from '../../core/halt-events.js';
import type { Snapshot } from '../../core/halt.js';
import type { Deps } from '../deps.js';
import { keepPoint } from './keep-point.js';

export interface ConnectPoint extends PointName {
  /** The one agent that the token may speak for; null for any. */
  readonly boundTo: string | null;
  /** Called with the whole state before this resolves, and with every newer one. */
  readonly deliver: (snapshot: Snapshot) => void;
}

/** An open stream to one enforcement point. */
export interface PointConnection {
  /** Call when a heartbeat is handed to the network: from then on the point may act for a lease. */
  renewed(): void;
  /** The newest epoch that the point has acknowledged. */
  acknowledgedEpoch(): number;
  /** Call when the stream has ended, for whatever reason. */
  disconnect(): Promise<void>;
}

/**
 * Registers the point durably and then gives it the state: a guard that may act is always one that the next
 * order expects, also when this process dies in between.
 */
export async function connectPoint(deps: Deps, input: ConnectPoint): Promise<PointConnection> {
  const { pointId, agentId, instance, boundTo, deliver } = input;
  if (boundTo !== null && boundTo !== agentId)
    throw new DomainError('not-allowed', `This token speaks for ${boundTo} only. Make one for ${agentId}.`);
  const { plane } = deps;
  plane.leases.enter({ pointId, agentId, instance, firstSeenAt: deps.now() });
  try {
    await expectNext(deps, pointId);
    while (plane.orders.isAnnouncing()) await plane.orders.announced();
    deliver(plane.current());
    plane.leases.renew(pointId);
  } catch (error) {
    plane.leases.leave(pointId);
    throw error;
  }
  const unsubscribe = plane.subscribe(deliver);
  return {
    renewed: () => plane.leases.renew(pointId),
    acknowledgedEpoch: () => plane.leases.get(pointId)?.epoch ?? 0,
    disconnect: () => disconnect(deps, pointId, unsubscribe),
  };
}

/**
 * After a restart everybody comes back at once: who has a row already is expected by it, and need not wait. That it is
 * back is written with the next epochs (`keepEpochs`): a commit for each crowd would keep the others out.
 */
async function expectNext(deps: Deps, pointId: string): Promise<void> {
  if (deps.plane.leases.get(pointId)?.row !== 'kept') return keepPoint(deps, pointId);
  deps.plane.leases.outdated(pointId);
}

async function disconnect(deps: Deps, pointId: string, unsubscribe: () => void): Promise<void> {
  unsubscribe();
  deps.plane.leases.leave(pointId);
  try {
    await keepPoint(deps, pointId);
  } catch (error) {
    // It stays "connected" in the store, which errs to the safe side: the next process waits for its lease.
    deps.log.warn({ err: error, pointId }, 'the end of a stream could not be written down');
  }
}
