import { systemActor } from '../../core/actor.js';
import {
  applyHaltEvent,
  isSettled,
  ordersToAnswer,
  type Order,
  type Plane,
  type PointState,
} from '../../core/containment.js';
import type { Ack, HaltEvent } from '../../core/halt-events.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import type { GatewayPoints } from './gateway-points.js';
import { PLANE_STREAM, readPlane } from '../halting/read-plane.js';
import { settleContainment } from './settle-containment.js';
import { touchHalt } from '../halting/touch-halt.js';

const GATEWAYS = systemActor('acknowledge-gateways');
const NOTHING_KNOWN = { aborted: [], uncancellable: [], completedAfter: [] };

/**
 * The tick of gateways. They answer from the state here, so an order is enforced there the moment it is published.
 * What was let through before may run on: a gateway has *quiesced* only when the time after which it cuts every
 * request has passed since, and one that has no such time never says so. One that has never asked anything proves nothing.
 */
export async function acknowledgeGateways(deps: Deps, gateways: GatewayPoints): Promise<void> {
  // An order that is not written yet cannot be answered in the journal; its record ends in another tick.
  if (!gateways.unsettled || deps.plane.orders.unrecorded.size > 0) return;
  gateways.unsettled = false;
  try {
    const { changed, open } = await deps.store.transact((tx) => acknowledgeIn(tx, deps, gateways));
    if (open) gateways.unsettled = true;
    if (!changed) return;
  } catch (error) {
    gateways.unsettled = true;
    throw error;
  }
  deps.plane.orders.unsettled = true;
  deps.wake();
  await settleContainment(deps);
}

async function acknowledgeIn(
  tx: Transaction,
  deps: Deps,
  gateways: GatewayPoints,
): Promise<{ changed: boolean; open: boolean }> {
  const at = deps.now();
  const before = await readPlane(tx);
  const judged = ordersToAnswer(before).flatMap((order) =>
    openPoints(order).map((point) => ({ order, point })),
  );
  const acks = judged.flatMap(({ order, point }) => ackOf(deps, gateways, { order, point, at }) ?? []);
  const events: HaltEvent[] =
    acks.length === 0 ? [] : [{ type: 'point:acknowledged', data: { acks: [...acks] } }];
  const after = events.reduce<Plane>(applyHaltEvent, before);
  const open = ordersToAnswer(after).some((order) =>
    // One that has never asked wakes us itself when it does.
    openPoints(order)
      .filter(({ instance }) => gateways.hasAsked(instance))
      .some((point) => point.level === 'expected' || maxMs(deps, point) !== undefined),
  );
  const touched = ordersToAnswer(after).filter((order) => order !== before.orders.get(order.haltId));
  if (touched.length === 0) return { changed: false, open };
  await tx.append({ stream: PLANE_STREAM, events, actor: GATEWAYS, occurredAt: at, recordedAt: at });
  for (const order of touched) await touchHalt(tx, deps.settings, order);
  return { changed: true, open };
}

function openPoints(order: Order): PointState[] {
  return order.points.filter((point) => point.kind === 'gateway' && !isSettled(point));
}

function ackOf(
  deps: Deps,
  gateways: GatewayPoints,
  { order, point, at }: { order: Order; point: PointState; at: Instant },
): Ack | undefined {
  const since = gateways.answeredFrom(point.instance, order.epoch);
  if (since === undefined) return undefined;
  const { pointId, agentId, instance, level } = point;
  const ack = { pointId, agentId, instance, epoch: order.epoch, inflight: NOTHING_KNOWN };
  if (since.elapsedMs >= (maxMs(deps, point) ?? Number.POSITIVE_INFINITY))
    return { ...ack, level: 'quiesced', at };
  return level === 'expected' || level === 'received'
    ? { ...ack, level: 'enforced', at: since.at ?? at }
    : undefined;
}

/** How long a request that was let through may run; undefined where nobody has declared it. */
function maxMs({ registry }: Deps, point: PointState): number | undefined {
  const seconds = registry.gateways.get(point.instance)?.maxRequestSeconds ?? null;
  return seconds === null ? undefined : seconds * 1000;
}
