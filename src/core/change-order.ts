/** What becomes of one order by what happens to it alone; what concerns all of them is in `containment.ts`. */
import { noteActuator } from './actuator.js';
import { reach, runsAgain, type PointState } from './enforcement-point.js';
import type { HaltEvent } from './halt-events.js';
import type { Order } from './order.js';

const OF_ONE_ORDER = [
  'point:marked',
  'halt:contained',
  'halt:withdrawn',
  'halt:missed',
  'halt:joined',
  'halt:review-due',
  'halt:review-set',
  'halt:reviewed',
  'actuator:failed',
  'actuator:measured',
  'actuator:resumed',
  'actuator:released',
  'lift:requested',
] as const satisfies readonly HaltEvent['type'][];
const TYPES: ReadonlySet<HaltEvent['type']> = new Set(OF_ONE_ORDER);

/** An event that changes the one order that it names. */
export type OrderChange = Extract<HaltEvent, { type: (typeof OF_ONE_ORDER)[number] }>;

export function isOrderChange(event: HaltEvent): event is OrderChange {
  return TYPES.has(event.type);
}

/** `epoch` is the newest when it happened. */
export function changeOrder(order: Order, event: OrderChange, epoch: number): Order {
  switch (event.type) {
    case 'point:marked': {
      const { by, at } = event.data;
      return withPoint(order, event, (point) => reach({ ...point, markedBy: by }, 'marked', at));
    }
    case 'halt:contained': {
      const { at, seconds, withinTarget } = event.data;
      return { ...order, contained: { at, seconds, withinTarget } };
    }
    case 'halt:withdrawn':
      return { ...order, contained: null };
    case 'halt:missed':
      return { ...order, missedAt: event.data.at };
    case 'halt:joined':
      return { ...order, alsoIn: [...new Set([...order.alsoIn, event.data.incident])] };
    case 'halt:review-due':
      return { ...order, reviewsAsked: event.data.round };
    case 'halt:review-set': {
      const { reviewAt, at: reviewSetAt } = event.data;
      return { ...order, reviewAt, reviewSetAt, reviewsAsked: 0 };
    }
    case 'halt:reviewed':
      return { ...order, reviewed: { by: event.data.by, at: event.data.at } };
    case 'actuator:failed':
    case 'actuator:measured':
    case 'actuator:released':
      return withPoint(order, event, (point) => noteActuator(point, event));
    case 'actuator:resumed':
      return withPoint(order, event, (point) => noteActuator(runsAgain(point), event));
    case 'lift:requested': {
      const { by, at, digest, expiresAt } = event.data;
      const reason = event.private?.reason ?? '(erased)';
      return { ...order, liftRequest: { by, at, reason, digest, expiresAt, seenEpoch: epoch } };
    }
  }
}

function withPoint(
  order: Order,
  { data: { pointId } }: { readonly data: { readonly pointId: string } },
  change: (point: PointState) => PointState,
): Order {
  const points = order.points.map((point) => (point.pointId === pointId ? change(point) : point));
  return { ...order, points };
}
