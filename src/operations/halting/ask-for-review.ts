import { systemActor } from '../../core/actor.js';
import { ordersInForce, type Order } from '../../core/containment.js';
import type { HaltEvent } from '../../core/halt-events.js';
import { dueRound } from '../../core/review-time.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { hasChannel } from '../incidents/has-channel.js';
import { PLANE_STREAM, readPlane } from './read-plane.js';
import { reviewKey, touchHalt } from './touch-halt.js';

const REVIEW = systemActor('ask-for-review');

/**
 * Past its review time an order stands and asks whether it is still needed: once an interval, until somebody says
 * so or it is lifted. Nothing here ever ends an order.
 */
export async function askForReview(deps: Deps): Promise<void> {
  if (deps.plane.orders.halts().length === 0) return;
  const asked = await deps.store.transact(async (tx) => {
    const at = deps.now();
    const due = ordersInForce(await readPlane(tx)).filter((order) => dueRound(order, at) > 0);
    for (const order of due) await askIn(tx, deps, { order, at });
    return due.length;
  });
  if (asked > 0) deps.wake();
}

async function askIn(tx: Transaction, deps: Deps, { order, at }: { order: Order; at: Instant }) {
  const { haltId, reviewAt } = order;
  if (reviewAt === null) return;
  const round = dueRound(order, at);
  const event: HaltEvent = { type: 'halt:review-due', data: { haltId, at, reviewAt, round } };
  const isNew = await tx.append({
    stream: PLANE_STREAM,
    events: [event],
    actor: REVIEW,
    occurredAt: at,
    recordedAt: at,
    idempotencyKey: `halt:review-due:${haltId}:${reviewAt}:${round}`,
  });
  if (!isNew) return;
  await touchHalt(tx, deps.settings, order);
  const target = await whoIsAsked(tx, deps, order);
  if (target === null) return;
  const key = reviewKey(haltId, reviewAt, round);
  await tx.touchSurface({ key, kind: 'halt-review', lane: 'halt', incident: order.incident, target });
}

/** The incident's channel, else where it was ordered, else whoever ordered it, else where incidents are announced. */
async function whoIsAsked(tx: Transaction, deps: Deps, order: Order): Promise<string | null> {
  const { incident, originChannel, orderedBy } = order;
  if (incident !== null && (await hasChannel(tx, incident))) return 'incident';
  if (originChannel !== null) return originChannel;
  return /^[UW][A-Z0-9]+$/.test(orderedBy) ? `user:${orderedBy}` : deps.settings.announceChannel;
}
