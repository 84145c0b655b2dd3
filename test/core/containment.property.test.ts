import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyHaltEvent, EMPTY_PLANE, isContained, type Plane } from '../../src/core/containment.js';
import type { HaltEvent } from '../../src/core/halt-events.js';
import { acked, aPoint, AT, ordered } from '../support/halts.js';

const pointId = fc.constantFrom('p1', 'p2');
const haltId = fc.constantFrom('H-1', 'H-2');
const actionIds = fc.subarray(['x', 'y']);

const statements: fc.Arbitrary<HaltEvent> = fc
  .record({
    pointId,
    level: fc.constantFrom('received', 'enforced', 'quiesced'),
    epoch: fc.integer({ min: 0, max: 4 }),
    instance: fc.constantFrom('run-of-p1', 'run-of-p2', 'another'),
    aborted: actionIds,
    uncancellable: actionIds,
    completedAfter: actionIds,
  })
  .map(({ pointId: point, level, epoch, instance, ...inflight }) =>
    acked(point, level, { epoch, instance, inflight }),
  );

const others: fc.Arbitrary<HaltEvent> = fc.oneof(
  haltId.map((id) => ordered(['p1', 'p2'], { haltId: id, epoch: id === 'H-1' ? 1 : 3 })),
  pointId.map((point): HaltEvent => ({
    type: 'point:lease-expired',
    data: { ...named(point), lastHeartbeatAt: AT, provenAt: AT },
  })),
  pointId.map((point): HaltEvent => ({ type: 'point:left', data: { ...named(point), at: AT } })),
  haltId.map((id): HaltEvent => ({
    type: 'lift:approved',
    data: { haltId: id, by: 'U0SEC1', at: AT, digest: 'd', epoch: 4 },
  })),
);

function named(point: string) {
  return { pointId: point, instance: aPoint(point).instance };
}

const histories = fc.array(fc.oneof({ weight: 3, arbitrary: statements }, others), { maxLength: 30 });

/** Told apart from the fold: what must have been said about a point, by itself, since the order. */
function hasProof(history: readonly HaltEvent[], haltIdOf: string, point: string): boolean {
  const since = history.findLastIndex(
    (event) => event.type === 'halt:ordered' && event.data.haltId === haltIdOf,
  );
  const order = history[since];
  if (order?.type !== 'halt:ordered') return false;
  const said = history.slice(since + 1);
  const acks = said
    .flatMap((event) => (event.type === 'point:acknowledged' ? event.data.acks : []))
    .filter(
      (ack) =>
        ack.pointId === point && ack.instance === aPoint(point).instance && ack.epoch >= order.data.epoch,
    );
  const gone = said.some(
    (event) =>
      (event.type === 'point:lease-expired' || event.type === 'point:left') && event.data.pointId === point,
  );
  const ended = new Set(acks.flatMap(({ inflight }) => [...inflight.aborted, ...inflight.completedAfter]));
  const runsOn = acks.some(({ inflight }) => inflight.uncancellable.some((id) => !ended.has(id)));
  return !runsOn && (gone || acks.some(({ level }) => level === 'quiesced'));
}

it('never calls an order contained while one of its points is unproven, in whatever order things arrive', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const plane = history.reduce<Plane>(applyHaltEvent, EMPTY_PLANE);
      const contained = [...plane.orders.values()].filter(
        (order) => order.lifted === null && isContained(order),
      );

      const unproven = contained.flatMap((order) =>
        order.points.filter((point) => !hasProof(history, order.haltId, point.pointId)),
      );

      expect(unproven).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

it('is the same after a statement was delivered twice', () => {
  fc.assert(
    fc.property(histories, statements, (history, statement) => {
      const once = [...history, statement].reduce<Plane>(applyHaltEvent, EMPTY_PLANE);

      expect(applyHaltEvent(once, statement)).toEqual(once);
    }),
  );
});

it('never lets the epoch fall', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const epochs = history.map(
        (_, index) => history.slice(0, index + 1).reduce<Plane>(applyHaltEvent, EMPTY_PLANE).epoch,
      );

      expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    }),
  );
});
