import { createPrivateKey, sign } from 'node:crypto';
import { asHalt, ordersInForce, ordersToAnswer, type Plane } from '../../core/containment.js';
import { DomainError } from '../../core/errors.js';
import { snapshotText, type Snapshot } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';
import type { PlaneIdentity, PointRow, Store, Transaction } from '../../store/types.js';
import type { Log } from '../deps.js';
import { createFixedPoints } from '../points/fixed-points.js';
import type { HaltPlane } from './halt-plane.js';
import { HALT_TIMING, proofMs, type HaltTiming } from './halt-timing.js';
import { createLeaseLedger } from '../points/lease-ledger.js';
import { createLull, type Lull } from './lull.js';
import { readPlane } from './read-plane.js';
import { createStandingOrders, type StandingOrders } from './standing-orders.js';

export interface HaltPlaneOptions {
  readonly now: () => Instant;
  readonly timing?: Partial<HaltTiming>;
  /** Milliseconds of a clock that never jumps; the process's own where left out. */
  readonly monotonic?: () => number;
  /** Told of a listener that threw; the others are still called. */
  readonly log?: Pick<Log, 'error'>;
}

/** Takes up what the journal says is in force. Nobody has a stream yet, but any guard may still hold a lease. */
export async function createHaltPlane(store: Store, options: HaltPlaneOptions): Promise<HaltPlane> {
  const { now, monotonic = () => performance.now() } = options;
  const timing = { ...HALT_TIMING, ...options.timing };
  const identity = await store.planeIdentity();
  const { plane, points, highest } = await store.transact((tx) => takeUp(tx, now()));
  const orders = createStandingOrders(standingOf(plane), highest);
  for (const order of ordersInForce(plane))
    if (order.liftRequest !== null) orders.liftRequested(order.haltId, order.liftRequest.expiresAt);
  const lull = createLull();
  const leases = createLeaseLedger(points, { monotonic, proofMs: proofMs(timing) });
  return {
    ...broadcaster(identity, orders, { ...options, timing, lull }),
    timing,
    orders,
    leases,
    fixtures: createFixedPoints(),
    lull,
  };
}

async function takeUp(tx: Transaction, at: Instant) {
  const plane = await readPlane(tx);
  const points = (await tx.points()).filter(({ kind, state }) => kind === 'guard' && state !== 'gone');
  await tx.putPoints(points.map((point) => asDisconnected(point, at)));
  const highest = {
    haltNumber: await tx.currentNumber('halt'),
    epoch: Math.max(plane.epoch, await tx.currentNumber('epoch')),
  };
  return { plane, points, highest };
}

/** The process before us may have renewed its lease until it died, which may have been just now. */
function asDisconnected(point: PointRow, at: Instant): PointRow {
  return point.state === 'connected' ? { ...point, state: 'disconnected', lastHeartbeatAt: at } : point;
}

function standingOf(plane: Plane) {
  return ordersToAnswer(plane).map((order) => ({
    halt: asHalt(order),
    epoch: order.epoch,
    expected: order.points.length,
    uncovered: order.uncovered,
  }));
}

function broadcaster(
  { planeId, privateKey, publicKey }: PlaneIdentity,
  orders: StandingOrders,
  { now, log, timing, lull }: HaltPlaneOptions & { timing: HaltTiming; lull: Lull },
): Pick<HaltPlane, 'current' | 'subscribe' | 'publish' | 'publicKey'> {
  const key = createPrivateKey(privateKey);
  const listeners = new Set<(snapshot: Snapshot) => void>();
  const signed = (epoch: number, halts: Snapshot['halts']): Snapshot => {
    const unsigned = { epoch, planeId, issuedAt: now(), leaseMs: timing.leaseMs, halts };
    const signature = sign(null, Buffer.from(snapshotText(unsigned)), key).toString('base64');
    return { ...unsigned, signature };
  };
  const tell = (snapshot: Snapshot) => (listener: (snapshot: Snapshot) => void) => {
    try {
      listener(snapshot);
    } catch (error) {
      log?.error({ err: error }, 'a listener to halts failed; the others were told');
    }
  };
  let current = signed(orders.takenEpoch(), orders.halts());
  return {
    publicKey,
    current: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish({ epoch, halts }) {
      if (epoch <= current.epoch)
        throw new DomainError('conflict', `Epoch ${epoch} is not newer than ${current.epoch}.`);
      current = signed(epoch, halts);
      [...listeners].forEach(tell(current));
      lull.stir();
      return current;
    },
  };
}
