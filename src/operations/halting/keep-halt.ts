import { doneBy, type Actor } from '../../core/actor.js';
import type { Order } from '../../core/containment.js';
import { DomainError } from '../../core/errors.js';
import type { HaltEvent } from '../../core/halt-events.js';
import type { Instant } from '../../core/ids.js';
import { checkedReviewTime, nextReview } from '../../core/review-time.js';
import type { Transaction } from '../../store/types.js';
import { allowHalting } from '../access/allow-halting.js';
import type { Deps } from '../deps.js';
import { requireStanding } from './lift-rules.js';
import { PLANE_STREAM, readOrder } from './read-plane.js';
import { touchHalt, touchReview } from './touch-halt.js';

export interface KeepHalt {
  readonly haltId: string;
  /** When to ask again; by default after the distance that it was ordered with. */
  readonly reviewAt?: Instant;
  readonly actor: Actor;
}

/** "Still needed": sets a new review time. Whoever presses second finds it set, and changes nothing. */
export async function keepHalt(deps: Deps, input: KeepHalt): Promise<{ reviewAt: Instant }> {
  const { scope } = await readOrder(deps.store, input.haltId);
  const actor = await allowHalting(deps, 'halt-keep', { actor: input.actor, scope });
  const reviewAt = await deps.store.transact((tx) => keepIn(tx, deps, { ...input, actor }));
  deps.wake();
  return { reviewAt };
}

async function keepIn(tx: Transaction, deps: Deps, input: KeepHalt): Promise<Instant> {
  const order = requireStanding(await readOrder(tx, input.haltId));
  const { haltId } = order;
  if (order.drill) throw new DomainError('already-done', `${haltId} is an exercise and ends by itself.`);
  const at = deps.now();
  const reviewAt = chosen(order, input, at);
  if (reviewAt === order.reviewAt) return reviewAt;
  const { actor } = input;
  const kept: HaltEvent = { type: 'halt:review-set', data: { haltId, by: doneBy(actor), at, reviewAt } };
  await tx.append({ stream: PLANE_STREAM, events: [kept], actor, occurredAt: at, recordedAt: at });
  await touchHalt(tx, deps.settings, order);
  await touchReview(tx, order);
  return reviewAt;
}

function chosen(order: Order, input: KeepHalt, at: Instant): Instant {
  const wanted = checkedReviewTime(input.reviewAt ?? null, at);
  if (wanted !== null) return wanted;
  return order.reviewAt !== null && order.reviewAt > at ? order.reviewAt : nextReview(order, at);
}
