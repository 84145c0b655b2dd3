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
import {
  acknowledge,
  expectedPoint,
  isSettled,
  reach,
  type PointLevel,
  type PointState,
} from './enforcement-point.js';
import type { Ack, AckLevel, HaltEvent } from './halt-events.js';
import type { Halt, HaltMode, HaltScope } from './halt.js';
import type { Instant } from './ids.js';

/** Confirmed harm → all stopped (RES-003, phase 2). */
export const CONTAINMENT_TARGET_SECONDS = 30;

export interface LiftRequest {
  readonly by: string;
  readonly at: Instant;
  readonly digest: string;
  readonly expiresAt: Instant;
  /** The newest epoch when it was asked for: an order with a newer one was not known to whoever asked. */
  readonly seenEpoch: number;
}

export interface Order {
  readonly haltId: string;
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly reason: string;
  readonly orderedBy: string;
  readonly at: Instant;
  readonly epoch: number;
  readonly incident: string | null;
  /** Incidents that found this order in force and lean on it, beside the one it was given in. */
  readonly alsoIn: readonly string[];
  readonly originChannel: string | null;
  readonly drill: boolean;
  readonly clockStartedAt: Instant;
  readonly recordedLate: boolean;
  readonly points: readonly PointState[];
  readonly uncovered: readonly string[];
  readonly contained: {
    readonly at: Instant;
    readonly seconds: number;
    readonly withinTarget: boolean;
  } | null;
  /** When the target passed with a point still short; kept even if it is contained later. */
  readonly missedAt: Instant | null;
  readonly liftRequest: LiftRequest | null;
  readonly lifted: { readonly by: string; readonly requestedBy: string; readonly at: Instant } | null;
}

export { isSettled, type PointLevel, type PointState };

/** All orders by id, and the newest epoch. */
export interface Plane {
  readonly epoch: number;
  readonly orders: ReadonlyMap<string, Order>;
}

export const EMPTY_PLANE: Plane = { epoch: 0, orders: new Map() };

/** Unknown halts and points change nothing: an event that names one is older than what we keep. */
export function applyHaltEvent(plane: Plane, event: HaltEvent): Plane {
  switch (event.type) {
    case 'halt:ordered':
      return ordered(plane, event);
    case 'point:acknowledged':
      return event.data.acks.reduce(acknowledged, plane);
    case 'point:lease-expired':
      return settle(plane, event.data, 'lease-expired', event.data.provenAt);
    case 'point:left':
      return settle(plane, event.data, 'left', event.data.at);
    case 'point:marked':
      return withOrder(plane, event.data.haltId, (order) => ({
        ...order,
        points: order.points.map((point) =>
          point.pointId === event.data.pointId
            ? reach({ ...point, markedBy: event.data.by }, 'marked', event.data.at)
            : point,
        ),
      }));
    case 'halt:contained':
      return withOrder(plane, event.data.haltId, (order) => ({
        ...order,
        contained: { at: event.data.at, seconds: event.data.seconds, withinTarget: event.data.withinTarget },
      }));
    case 'halt:withdrawn':
      return withOrder(plane, event.data.haltId, (order) => ({ ...order, contained: null }));
    case 'halt:missed':
      return withOrder(plane, event.data.haltId, (order) => ({ ...order, missedAt: event.data.at }));
    case 'halt:joined':
      return withOrder(plane, event.data.haltId, (order) => ({
        ...order,
        alsoIn: [...new Set([...order.alsoIn, event.data.incident])],
      }));
    case 'lift:requested':
      return withOrder(plane, event.data.haltId, (order) => ({
        ...order,
        liftRequest: {
          by: event.data.by,
          at: event.data.at,
          digest: event.data.digest,
          expiresAt: event.data.expiresAt,
          seenEpoch: plane.epoch,
        },
      }));
    case 'lift:approved':
      return lifted(plane, event);
    case 'halt:refused':
    case 'halt:asked':
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
    clockStartedAt: data.clockStartedAt,
    recordedLate: data.recordedLate,
    uncovered: data.uncovered,
    points: data.expected.map((point) => expectedPoint(point, data.at)),
    contained: null,
    missedAt: null,
    liftRequest: null,
    lifted: null,
  };
  return { epoch: Math.max(plane.epoch, data.epoch), orders: new Map(plane.orders).set(order.haltId, order) };
}

function lifted(plane: Plane, event: Extract<HaltEvent, { type: 'lift:approved' }>): Plane {
  const after = withOrder(plane, event.data.haltId, (order) => ({
    ...order,
    lifted: { by: event.data.by, requestedBy: order.liftRequest?.by ?? 'unknown', at: event.data.at },
  }));
  return { ...after, epoch: Math.max(after.epoch, event.data.epoch) };
}

/** An ack of epoch N speaks for every order up to N. */
function acknowledged(plane: Plane, ack: Ack): Plane {
  return mapOrders(plane, (order) => {
    if (ack.epoch < order.epoch || order.lifted !== null) return order;
    const points = order.points.map((point) => acknowledge(point, ack));
    return { ...order, points };
  });
}

/** Only the instance that fell silent is meant: another may have taken its name since. */
function settle(
  plane: Plane,
  { pointId, instance }: Pick<PointState, 'pointId' | 'instance'>,
  level: 'lease-expired' | 'left',
  at: Instant,
): Plane {
  return mapOrders(plane, (order) =>
    order.lifted !== null
      ? order
      : {
          ...order,
          points: order.points.map((point) =>
            point.pointId === pointId && point.instance === instance ? reach(point, level, at) : point,
          ),
        },
  );
}

function withOrder(plane: Plane, haltId: string, change: (order: Order) => Order): Plane {
  const order = plane.orders.get(haltId);
  return order === undefined ? plane : { ...plane, orders: new Map(plane.orders).set(haltId, change(order)) };
}

function mapOrders(plane: Plane, change: (order: Order) => Order): Plane {
  return { ...plane, orders: new Map([...plane.orders].map(([id, order]) => [id, change(order)])) };
}

/** May "contained" be said? Never about an order that expected nobody, and never for a drill. */
export function isContained(order: Order): boolean {
  return order.points.length > 0 && order.points.every(isSettled);
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
  const levels = ACK_LEVELS.slice(ACK_LEVELS.indexOf(level));
  return order.points.filter((point) => levels.some((each) => point.reached[each] !== undefined)).length;
}

const ACK_LEVELS: readonly AckLevel[] = ['received', 'enforced', 'quiesced'];

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
  };
}
