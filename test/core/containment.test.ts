import { describe, expect, it } from 'vitest';
import {
  applyHaltEvent,
  clockSeconds,
  countAcked,
  EMPTY_PLANE,
  isContained,
  ordersInForce,
  settledAt,
  type Order,
} from '../../src/core/containment.js';
import type { HaltEvent } from '../../src/core/halt-events.js';
import { acked, aPoint, AT, ordered } from '../support/halts.js';

const LATER = '2026-11-20T03:12:09.500Z';

function orderAfter(...events: readonly HaltEvent[]): Order {
  const order = events.reduce(applyHaltEvent, EMPTY_PLANE).orders.get('H-1');
  if (order === undefined) throw new Error('no H-1');
  return order;
}

const expired = (pointId: string, provenAt = LATER): HaltEvent => ({
  type: 'point:lease-expired',
  data: { pointId, instance: aPoint(pointId).instance, lastHeartbeatAt: AT, provenAt },
});

describe('an order is contained', () => {
  it('when the last expected point has quiesced, at that moment', () => {
    const order = orderAfter(
      ordered(['p1', 'p2']),
      acked('p1', 'quiesced'),
      acked('p2', 'quiesced', { at: LATER }),
    );

    expect(isContained(order)).toBe(true);
    expect(settledAt(order)).toBe(LATER);
    expect(clockSeconds(order, LATER)).toBe(9.5);
  });

  it('when a silent point has provably lost its lease', () => {
    expect(isContained(orderAfter(ordered(['p1']), expired('p1')))).toBe(true);
  });

  it('when an operator vouches for a point, whatever it lists as running', () => {
    const order = orderAfter(
      ordered(['p1']),
      acked('p1', 'enforced', { inflight: { uncancellable: ['x'] } }),
      {
        type: 'point:marked',
        data: { haltId: 'H-1', pointId: 'p1', by: 'U0SRE1', at: LATER },
        private: { reason: 'I pulled the plug' },
      },
    );

    expect(isContained(order)).toBe(true);
    expect(order.points[0]?.markedBy).toBe('U0SRE1');
  });
});

describe('an order is not contained', () => {
  it('while one point is short', () => {
    const order = orderAfter(ordered(['p1', 'p2']), acked('p1', 'quiesced'), acked('p2', 'enforced'));

    expect(isContained(order)).toBe(false);
    expect(settledAt(order)).toBeUndefined();
    expect([
      countAcked(order, 'received'),
      countAcked(order, 'enforced'),
      countAcked(order, 'quiesced'),
    ]).toEqual([2, 2, 1]);
  });

  it('when it expected nobody: silence proves nothing', () => {
    expect(isContained(orderAfter(ordered([])))).toBe(false);
  });

  it('by "quiesced" with work listed as running', () => {
    const order = orderAfter(
      ordered(['p1']),
      acked('p1', 'quiesced', { inflight: { uncancellable: ['x'] } }),
    );

    expect(order.points[0]).toMatchObject({ level: 'enforced', settledAt: null });
    expect(order.points[0]?.reached.quiesced).toBeUndefined();
  });

  it('by an expired lease where work was known to run on', () => {
    const running = acked('p1', 'enforced', { inflight: { uncancellable: ['x'] } });

    expect(isContained(orderAfter(ordered(['p1']), running, expired('p1')))).toBe(false);
    expect(isContained(orderAfter(ordered(['p1']), expired('p1'), running))).toBe(false);
  });

  it('by another process that has taken the name of one that was expected', () => {
    const order = orderAfter(ordered(['p1']), acked('p1', 'quiesced', { instance: 'a-later-run' }), {
      type: 'point:left',
      data: { pointId: 'p1', instance: 'a-later-run', at: LATER },
    });

    expect(isContained(order)).toBe(false);
  });

  it('by an acknowledgement of an older epoch', () => {
    expect(
      isContained(orderAfter(ordered(['p1'], { epoch: 2 }), acked('p1', 'quiesced', { epoch: 1 }))),
    ).toBe(false);
  });
});

it('settles at the end of the work that would not stop, not before', () => {
  const order = orderAfter(
    ordered(['p1']),
    acked('p1', 'quiesced', { inflight: { uncancellable: ['x'] } }),
    acked('p1', 'quiesced', { inflight: { completedAfter: ['x'] }, at: LATER }),
  );

  expect(order.points[0]).toMatchObject({
    level: 'quiesced',
    settledAt: LATER,
    inflight: { uncancellable: [], completedAfter: ['x'] },
  });
});

it('keeps listing running work when an older statement arrives late', () => {
  const order = orderAfter(
    ordered(['p1']),
    acked('p1', 'enforced', { inflight: { uncancellable: ['x'] } }),
    acked('p1', 'enforced'),
  );

  expect(order.points[0]?.inflight.uncancellable).toEqual(['x']);
});

it('takes "contained" back when the journal says that it was not true', () => {
  const contained: HaltEvent = {
    type: 'halt:contained',
    data: { haltId: 'H-1', at: LATER, seconds: 9.5, withinTarget: true },
  };
  const withdrawn: HaltEvent = {
    type: 'halt:withdrawn',
    data: { haltId: 'H-1', pointId: 'p1', at: LATER, running: ['x'] },
  };

  expect(orderAfter(ordered(['p1']), expired('p1'), contained).contained).not.toBeNull();
  expect(orderAfter(ordered(['p1']), expired('p1'), contained, withdrawn).contained).toBeNull();
});

it('keeps a missed target, also when it is contained later', () => {
  const missed: HaltEvent = { type: 'halt:missed', data: { haltId: 'H-1', at: LATER, short: ['p1'] } };

  expect(orderAfter(ordered(['p1']), missed, acked('p1', 'quiesced')).missedAt).toBe(LATER);
});

it('does not count drills among the orders in force', () => {
  const plane = [ordered([], { drill: true })].reduce(applyHaltEvent, EMPTY_PLANE);

  expect(ordersInForce(plane)).toEqual([]);
});
