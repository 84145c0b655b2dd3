/** Enforcement points without a network: connected by the operation itself, with leases on a clock set by hand. */
import type { Statement } from '../../src/operations/points/acknowledge-epoch.js';
import { acknowledgeEpoch } from '../../src/operations/points/acknowledge-epoch.js';
import { connectPoint, type PointConnection } from '../../src/operations/points/connect-point.js';
import type { Deps } from '../../src/operations/deps.js';
import { orderHalt, type OrderHalt } from '../../src/operations/halting/order-halt.js';
import type { Actor } from '../../src/core/actor.js';
import type { Snapshot } from '../../src/core/halt.js';
import { DomainError } from '../../src/core/errors.js';
import type { Store } from '../../src/store/types.js';
import { openDesk, type Desk, type DeskOptions } from './desk.js';

export const GUARD: Actor = { kind: 'guard', id: 'tok_guard', roles: [], via: 'http' };
export const SRE: Actor = { kind: 'token', id: 'tok_sre', roles: ['on-call-sre'], via: 'http' };

export interface PlaneDesk extends Desk {
  /** Moves both clocks. */
  readonly pass: (ms: number) => void;
  /** From now on every write fails. */
  readonly breakStore: (broken: boolean) => void;
}

/** A desk whose store can be broken and whose leases run on the set clock. */
export async function openPlaneDesk(options: DeskOptions = {}): Promise<PlaneDesk> {
  let monotonicMs = 0;
  let broken = false;
  const desk = await openDesk({ monotonic: () => monotonicMs, ...options });
  const store: Store = {
    ...desk.deps.store,
    transact: (work) =>
      broken
        ? Promise.reject(new DomainError('unavailable', 'The disk is full.'))
        : desk.deps.store.transact(work),
    get urgent() {
      return store;
    },
  };
  return {
    ...desk,
    deps: { ...desk.deps, store },
    pass(ms) {
      monotonicMs += ms;
      desk.clock.advance(ms);
    },
    breakStore: (now) => void (broken = now),
  };
}

export interface TestPoint extends PointConnection {
  readonly heard: Snapshot[];
  say(level: Statement['level'], change?: Partial<Statement>): ReturnType<typeof acknowledgeEpoch>;
}

/** An enforcement point with an open stream. */
export async function connect(
  deps: Deps,
  pointId = 'billing-1',
  agentId = 'billing-agent',
): Promise<TestPoint> {
  const heard: Snapshot[] = [];
  const instance = `run-of-${pointId}`;
  const connection = await connectPoint(deps, {
    pointId,
    agentId,
    instance,
    boundTo: null,
    deliver: (snapshot) => void heard.push(snapshot),
  });
  const say: TestPoint['say'] = (level, change = {}) => {
    const { epoch, planeId } = deps.plane.current();
    const inflight = { aborted: [], uncancellable: [], completedAfter: [] };
    const statement = { pointId, agentId, instance, planeId, epoch, level, inflight, ...change };
    return acknowledgeEpoch(deps, { acks: [statement], actor: GUARD, boundTo: null });
  };
  return { ...connection, heard, say };
}

export function halt(deps: Deps, change: Partial<OrderHalt> = {}): ReturnType<typeof orderHalt> {
  return orderHalt(deps, {
    scope: { kind: 'all' },
    mode: 'deny',
    reason: 'it spends too much',
    incident: null,
    originChannel: null,
    actor: SRE,
    ...change,
  });
}
