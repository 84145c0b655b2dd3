import { addMilliseconds, differenceInMilliseconds, subMilliseconds } from 'date-fns';
import {
  applyHaltEvent,
  clockSeconds,
  CONTAINMENT_TARGET_SECONDS,
  isContained,
  isSettled,
  ordersInForce,
  ordersToAnswer,
  settledAt,
  type Order,
  type Plane,
  type PointState,
} from '../../core/containment.js';
import type { HaltEvent } from '../../core/halt-events.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { proofMs } from '../halting/halt-timing.js';
import { putGoneIn } from './keep-point.js';
import type { LeaseLedger } from './lease-ledger.js';
import { PLANE_STREAM, readPlane } from '../halting/read-plane.js';
import { CONTAINMENT, reachContainmentIn, withdrawContainmentIn } from './reach-containment.js';
import { recordLate } from './record-late.js';
import { touchHalt } from '../halting/touch-halt.js';

/**
 * The tick of halting: writes late what could not be written, proves leases that have run out, and says
 * "contained", "missed" or "not contained after all" as soon as it is true. Cheap when nothing stands open.
 */
export async function settleContainment(deps: Deps): Promise<void> {
  const { orders, leases } = deps.plane;
  // Who left is forgotten only when every order that expects them is written.
  if (!(await recordLate(deps))) return;
  if (leases.expired().length === 0 && !orders.unsettled) return;
  orders.unsettled = false;
  try {
    const { open, expired } = await deps.store.transact((tx) => settleIn(tx, deps));
    for (const pointId of expired) if (leases.isExpired(pointId)) leases.remove(pointId);
    if (open) orders.unsettled = true;
  } catch (error) {
    orders.unsettled = true;
    throw error;
  }
  deps.wake();
}

async function settleIn(tx: Transaction, deps: Deps): Promise<{ open: boolean; expired: string[] }> {
  const at = deps.now();
  const before = await readPlane(tx);
  const { plane, expired } = await proveLeases(tx, deps, { plane: before, at });
  const inForce = ordersInForce(plane);
  for (const order of inForce) await sayWhatIsTrue(tx, deps, { order, at });
  for (const order of inForce.filter(isAwaited).slice(-CLOCKS_AT_ONCE))
    await showClock(tx, deps, { order, at });
  const open = ordersToAnswer(plane).some(isAwaited);
  return { open, expired };
}

/** The points whose guards deny everything by now. Only what an order waits for is a fact worth writing down. */
async function proveLeases(
  tx: Transaction,
  deps: Deps,
  { plane, at }: { plane: Plane; at: Instant },
): Promise<{ plane: Plane; expired: string[] }> {
  const { leases } = deps.plane;
  const expired = leases.expired();
  if (expired.length > 0) await putGoneIn(tx, deps, expired);
  const proofs = awaitedAndGone(plane, leases).map((point) => proof(deps, point, at));
  if (proofs.length > 0) await append(tx, proofs, at);
  const next = proofs.reduce<Plane>(applyHaltEvent, plane);
  const open = proofs.length === 0 ? [] : ordersToAnswer(next).filter(({ contained }) => contained === null);
  for (const order of open) await touchHalt(tx, deps.settings, order);
  return { plane: next, expired };
}

/** Points that an order waits for, that have fallen silent and of which that is not written yet, each once. */
function awaitedAndGone(plane: Plane, leases: LeaseLedger): PointState[] {
  const gone = new Map<string, PointState>();
  for (const { points } of ordersToAnswer(plane))
    for (const point of points)
      if (isAwaitedPoint(point) && isGone(leases, point))
        gone.set(`${point.pointId} ${point.instance}`, point);
  return [...gone.values()];
}

function isAwaitedPoint(point: PointState): boolean {
  return !isSettled(point) && !('lease-expired' in point.reached) && !('left' in point.reached);
}

/**
 * The ledger keeps every guard that may still act: an instance that it does not hold has left or run out before.
 * What holds no lease cannot lose one.
 */
function isGone(leases: LeaseLedger, { pointId, instance, kind }: PointState): boolean {
  if (kind !== 'guard') return false;
  return leases.get(pointId)?.instance !== instance || leases.isExpired(pointId);
}

function proof({ plane }: Deps, { pointId, instance }: PointState, at: Instant): HaltEvent {
  const held = plane.leases.get(pointId)?.instance === instance;
  const silentMs = held ? plane.leases.silentMs(pointId) : proofMs(plane.timing);
  const lastHeartbeatAt = subMilliseconds(at, silentMs).toISOString();
  const provenAt = addMilliseconds(lastHeartbeatAt, proofMs(plane.timing)).toISOString();
  return { type: 'point:lease-expired', data: { pointId, instance, lastHeartbeatAt, provenAt } };
}

async function sayWhatIsTrue(tx: Transaction, deps: Deps, { order, at }: { order: Order; at: Instant }) {
  const event = whatIsTrue(order, at);
  if (event === undefined) return;
  await append(tx, [event], at);
  const incidents = [order.incident, ...order.alsoIn].filter((name) => name !== null);
  for (const incident of incidents) {
    if (event.type === 'halt:contained') await reachContainmentIn(tx, deps, { order, incident, at });
    if (event.type === 'halt:withdrawn')
      await withdrawContainmentIn(tx, { order, incident, running: event.data.running, at });
  }
  await touchHalt(tx, deps.settings, order);
}

/** What has become true of the order and is not written yet. */
function whatIsTrue(order: Order, at: Instant): HaltEvent | undefined {
  const { haltId, points } = order;
  const settled = settledAt(order);
  if (settled !== undefined && order.contained === null) {
    const seconds = clockSeconds(order, settled);
    const withinTarget = seconds <= CONTAINMENT_TARGET_SECONDS;
    return { type: 'halt:contained', data: { haltId, at: settled, seconds, withinTarget } };
  }
  const short = points.filter((point) => !isSettled(point));
  const [first] = short;
  if (first === undefined) return undefined;
  if (order.contained !== null)
    return {
      type: 'halt:withdrawn',
      data: { haltId, pointId: first.pointId, at, running: first.inflight.uncancellable },
    };
  const targetPassed = differenceInMilliseconds(at, order.clockStartedAt) > CONTAINMENT_TARGET_SECONDS * 1000;
  if (order.missedAt !== null || !targetPassed) return undefined;
  return { type: 'halt:missed', data: { haltId, at, short: short.map(({ pointId }) => pointId) } };
}

/** The seconds on the card go on while people wait; two minutes later nobody counts them any more. */
async function showClock(tx: Transaction, deps: Deps, { order, at }: { order: Order; at: Instant }) {
  const step = Math.floor(differenceInMilliseconds(at, order.at) / CLOCK_STEP_MS);
  if (step < 1 || step > CLOCK_STEPS) return;
  if (await tx.claim(`halt-clock:${order.haltId}:${step}`, at)) await touchHalt(tx, deps.settings, order);
}

function isAwaited(order: Order): boolean {
  return order.points.length > 0 && !isContained(order);
}

/** Nobody watches more seconds go by than these; the board counts the others. */
const CLOCKS_AT_ONCE = 5;
const CLOCK_STEP_MS = 5_000;
const CLOCK_STEPS = 24;

async function append(tx: Transaction, events: readonly HaltEvent[], at: Instant): Promise<void> {
  const facts = { actor: CONTAINMENT, occurredAt: at, recordedAt: at };
  await tx.append({ stream: PLANE_STREAM, events, ...facts });
}
