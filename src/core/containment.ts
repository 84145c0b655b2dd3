/**
 * What may be said about a halt. A fold over the `plane` stream.
 *
 * The order is *contained* when every point it expected has settled (`enforcement-point.ts`). It is never
 * contained when nothing was expected: silence proves nothing. A point that comes back and reports work
 * still running takes it back: *withdrawn*, until that work has ended.
 *
 * Per order: ordered → lift requested → lifted. A request expires; an order never does.
 */
import { differenceInMilliseconds } from 'date-fns';
import { answers } from './ask.js';
import { changeOrder, isOrderChange, type OrderChange } from './change-order.js';
import {
  acknowledge,
  expectedPoints,
  isSettled,
  reach,
  type PointLevel,
  type PointState,
} from './enforcement-point.js';
import type { Ack, AckLevel, HaltEvent } from './halt-events.js';
import type { Halt } from './halt.js';
import type { Instant } from './ids.js';
import { changePoints } from './order-points.js';
import { EMPTY_PLANE, openRequest, type LiftRequest, type Order, type Plane } from './order.js';

/** Confirmed harm → all stopped (RES-003, phase 2). */
export const CONTAINMENT_TARGET_SECONDS = 30;

export { isSettled, type PointLevel, type PointState };
export { EMPTY_PLANE, openRequest, type LiftRequest, type Order, type Plane };

/** Unknown halts and points change nothing: an event that names one is older than what we keep. */
export function applyHaltEvent(plane: Plane, event: HaltEvent): Plane {
  return isOrderChange(event)
    ? withOrder(plane, event.data.haltId, (order) => changeOrder(order, event, plane.epoch))
    : changePlane(plane, event);
}

function changePlane(plane: Plane, event: Exclude<HaltEvent, OrderChange>): Plane {
  switch (event.type) {
    case 'halt:ordered':
      return ordered(plane, event);
    case 'point:acknowledged':
      return acknowledged(plane, event.data.acks);
    case 'point:lease-expired':
      return settle(plane, event.data, 'lease-expired', event.data.provenAt);
    case 'point:left':
      return settle(plane, event.data, 'left', event.data.at);
    case 'rehearsal:ended':
      return ended(plane, event.data);
    case 'lift:approved':
      return lifted(plane, event);
    case 'halt:asked':
      return asked(plane, event);
    case 'halt:readopted':
    case 'halt:refused':
    case 'halt:granted':
    case 'halt:withheld':
      return plane;
  }
}

function ordered(plane: Plane, event: Extract<HaltEvent, { type: 'halt:ordered' }>): Plane {
  const { data } = event;
  const order: Order = {
    haltId: data.haltId,
    scope: data.scope,
    mode: data.mode,
    reason: event.private?.reason ?? '(erased)',
    orderedBy: data.orderedBy,
    at: data.at,
    epoch: data.epoch,
    incident: data.incident,
    alsoIn: [],
    originChannel: data.originChannel,
    drill: data.drill,
    rehearsal: data.rehearsal,
    ended: null,
    breakGlass: data.breakGlass,
    reviewed: null,
    reviewAt: data.reviewAt,
    reviewSetAt: data.at,
    reviewsAsked: 0,
    clockStartedAt: data.clockStartedAt,
    recordedLate: data.recordedLate,
    uncovered: data.uncovered,
    points: expectedPoints(data.expected, data.at),
    contained: null,
    missedAt: null,
    liftRequest: null,
    lifted: null,
  };
  return {
    epoch: Math.max(plane.epoch, data.epoch),
    orders: new Map(plane.orders).set(order.haltId, order),
    asks: answered(plane.asks, order),
  };
}

function asked(plane: Plane, { data, private: secret }: Extract<HaltEvent, { type: 'halt:asked' }>): Plane {
  const ask = { ...data, reason: secret?.reason ?? '(erased)' };
  const standing = [...plane.orders.values()].find((order) => !isOver(order) && answers(order, ask));
  const asks = new Map(plane.asks).set(ask.askId, { ...ask, answer: standing?.haltId ?? null });
  return { ...plane, asks };
}

function answered(asks: Plane['asks'], order: Order): Plane['asks'] {
  const open = [...asks.values()].filter((ask) => ask.answer === null && answers(order, ask));
  if (open.length === 0) return asks;
  const next = new Map(asks);
  for (const ask of open) next.set(ask.askId, { ...ask, answer: order.haltId });
  return next;
}

function lifted(plane: Plane, event: Extract<HaltEvent, { type: 'lift:approved' }>): Plane {
  const after = withOrder(plane, event.data.haltId, (order) => ({
    ...order,
    lifted: { by: event.data.by, requestedBy: order.liftRequest?.by ?? 'unknown', at: event.data.at },
  }));
  return { ...after, epoch: Math.max(after.epoch, event.data.epoch) };
}

function ended(plane: Plane, data: Extract<HaltEvent, { type: 'rehearsal:ended' }>['data']): Plane {
  const { haltId, at, seconds, silent, epoch } = data;
  const after = withOrder(plane, haltId, (order) => ({ ...order, ended: { at, seconds, silent } }));
  return { ...after, epoch: Math.max(after.epoch, epoch) };
}

/** An ack of epoch N speaks for every order up to N. */
function acknowledged(plane: Plane, acks: readonly Ack[]): Plane {
  return mapPoints(plane, (order) => {
    const concerning = acks.filter(({ epoch }) => epoch >= order.epoch);
    return changePoints(order.points, concerning, { of: ({ pointId }) => pointId, to: acknowledge });
  });
}

/** Only the instance that fell silent is meant: another may have taken its name since. */
function settle(
  plane: Plane,
  { pointId, instance }: Pick<PointState, 'pointId' | 'instance'>,
  level: 'lease-expired' | 'left',
  at: Instant,
): Plane {
  return mapPoints(plane, (order) =>
    changePoints(order.points, [pointId], {
      of: (name) => name,
      to: (point) => (point.instance === instance ? reach(point, level, at) : point),
    }),
  );
}

function withOrder(plane: Plane, haltId: string, change: (order: Order) => Order): Plane {
  const order = plane.orders.get(haltId);
  return order === undefined ? plane : { ...plane, orders: new Map(plane.orders).set(haltId, change(order)) };
}

/** An order whose points nothing was added to stays the same object: whoever compares sees that at a glance. */
function mapPoints(plane: Plane, change: (order: Order) => readonly PointState[]): Plane {
  const orders = [...plane.orders].map(([id, order]): [string, Order] => {
    const points = isOver(order) ? order.points : change(order);
    return [id, points === order.points ? order : { ...order, points }];
  });
  return orders.every(([id, order]) => order === plane.orders.get(id))
    ? plane
    : { ...plane, orders: new Map(orders) };
}

/** May "contained" be said? Never about an order that expected nobody, and never for a drill. */
export function isContained(order: Order): boolean {
  return order.points.length > 0 && order.points.every(isSettled);
}

/** What may be shown: the journal has said "contained", and no point has been heard to take it back since. */
export function containedNow(order: Order): Order['contained'] {
  return isContained(order) ? order.contained : null;
}

/** The moment the last expected point settled; undefined while one is short. */
export function settledAt(order: Order): Instant | undefined {
  if (!isContained(order)) return undefined;
  return order.points
    .map((point) => point.settledAt ?? order.at)
    .reduce((latest, at) => (at > latest ? at : latest));
}

/** Seconds on the clock at `at`, to the millisecond. */
export function clockSeconds(order: Order, at: Instant): number {
  return differenceInMilliseconds(at, order.clockStartedAt) / 1000;
}

/** How many expected points have said so themselves; an expired lease or a mark is not an ack. */
export function countAcked(order: Order, level: AckLevel): number {
  const [first, second, third] = HAVE_SAID[level];
  let count = 0;
  for (const { reached } of order.points)
    if (reached[first] !== undefined || reached[second] !== undefined || reached[third] !== undefined)
      count += 1;
  return count;
}

/** Whoever has said more has said this too. */
const HAVE_SAID = {
  received: ['quiesced', 'enforced', 'received'],
  enforced: ['quiesced', 'enforced', 'enforced'],
  quiesced: ['quiesced', 'quiesced', 'quiesced'],
} as const satisfies Readonly<Record<AckLevel, readonly AckLevel[]>>;

/** Lifted, or a rehearsal that has ended: whatever comes in now says nothing about it any more. */
export function isOver({ lifted, ended }: Order): boolean {
  return lifted !== null || ended !== null;
}

/** Rehearsals that points have still to answer, oldest first. */
export function rehearsalsUnderWay(plane: Plane): Order[] {
  return [...plane.orders.values()].filter((order) => order.rehearsal && !isOver(order));
}

/** What enforcement points answer to: the orders in force, and rehearsals. */
export function ordersToAnswer(plane: Plane): Order[] {
  return [...ordersInForce(plane), ...rehearsalsUnderWay(plane)];
}

/** Orders in force, oldest first; drills are not among them, for they deny nothing. */
export function ordersInForce(plane: Plane): Order[] {
  return [...plane.orders.values()].filter((order) => order.lifted === null && !order.drill);
}

/** An order as guards see it. */
export function asHalt(order: Order): Halt {
  return {
    id: order.haltId,
    scope: order.scope,
    mode: order.mode,
    reason: order.reason,
    orderedBy: order.orderedBy,
    at: order.at,
    ...(order.rehearsal && { drill: true as const }),
  };
}
