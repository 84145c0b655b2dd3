import { differenceInMilliseconds } from 'date-fns';
import { systemActor } from '../../core/actor.js';
import {
  clockSeconds,
  isContained,
  isSettled,
  rehearsalsUnderWay,
  settledAt,
  type Order,
} from '../../core/containment.js';
import type { HaltEvent } from '../../core/halt-events.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { publishOrders } from './publish-orders.js';
import { PLANE_STREAM, readPlane } from './read-plane.js';
import { raise } from './record-order.js';
import { touchHalt } from './touch-halt.js';

/** Whoever has not answered a rehearsal by then is shown as silent. */
const REHEARSAL_SECONDS = 60;

const REHEARSAL = systemActor('end-rehearsals');

/**
 * Takes rehearsals out of the state that guards hold, under a newer epoch, as soon as every point has answered or
 * the time is up. Cheap while none runs. The record comes first, as with a lift.
 */
export async function endRehearsals(deps: Deps): Promise<void> {
  const { orders } = deps.plane;
  if (!orders.halts().some(({ drill }) => drill === true)) return;
  const ended = await deps.store.transact((tx) => endIn(tx, deps));
  for (const { haltId } of ended) orders.remove(haltId);
  const epoch = Math.max(0, ...ended.map((each) => each.epoch));
  if (epoch === 0) return;
  await publishOrders(deps, epoch);
  deps.wake();
}

async function endIn(tx: Transaction, deps: Deps): Promise<{ haltId: string; epoch: number }[]> {
  const at = deps.now();
  const over = rehearsalsUnderWay(await readPlane(tx)).filter((order) => hasEnded(order, at));
  const ended: { haltId: string; epoch: number }[] = [];
  for (const order of over) {
    const epoch = deps.plane.orders.takeEpoch();
    await raise(tx, 'epoch', epoch);
    const events = [endOf(order, { at, epoch })];
    await tx.append({ stream: PLANE_STREAM, events, actor: REHEARSAL, occurredAt: at, recordedAt: at });
    await touchHalt(tx, deps.settings, order);
    ended.push({ haltId: order.haltId, epoch });
  }
  return ended;
}

function hasEnded(order: Order, at: Instant): boolean {
  const isOut = differenceInMilliseconds(at, order.at) >= REHEARSAL_SECONDS * 1000;
  return isOut || order.points.length === 0 || isContained(order);
}

function endOf(order: Order, { at, epoch }: { at: Instant; epoch: number }): HaltEvent {
  const answeredAt = settledAt(order);
  const seconds = answeredAt === undefined ? null : clockSeconds(order, answeredAt);
  const silent = order.points.filter((point) => !isSettled(point)).map(({ pointId }) => pointId);
  return { type: 'rehearsal:ended', data: { haltId: order.haltId, at, epoch, seconds, silent } };
}
