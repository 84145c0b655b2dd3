import { doneBy, type Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { HaltEvent } from '../../core/halt-events.js';
import { allowHalting } from '../access/allow-halting.js';
import type { Deps } from '../deps.js';
import { PLANE_STREAM, readOrder } from './read-plane.js';
import { requireText } from '../incidents/require-text.js';
import { touchHalt } from './touch-halt.js';

export interface ReviewHalt {
  readonly haltId: string;
  /** What the review came to. */
  readonly finding: string;
  readonly actor: Actor;
  /** Whom a token stands for; left out where the actor is the person. */
  readonly person?: string | null | undefined;
}

/** Somebody in command looks at an order that was given without a role; never the one who gave it. */
export async function reviewHalt(deps: Deps, input: ReviewHalt): Promise<void> {
  const { scope } = await readOrder(deps.store, input.haltId);
  const actor = await allowHalting(deps, 'halt-review', { actor: input.actor, scope });
  const finding = requireText(input.finding, 'Say what the review came to.');
  await deps.store.transact(async (tx) => {
    const order = await readOrder(tx, input.haltId);
    const { haltId } = order;
    if (!order.breakGlass)
      throw new DomainError(
        'already-done',
        `${haltId} was ordered by somebody with a role: there is nothing to review.`,
      );
    if (order.reviewed !== null)
      throw new DomainError(
        'already-done',
        `${order.reviewed.by} has reviewed ${haltId} at ${order.reviewed.at}.`,
      );
    if ([actor.id, doneBy(actor), input.person].includes(order.orderedBy))
      throw new DomainError(
        'same-person',
        `You ordered ${haltId} yourself. Somebody else in command has to review it.`,
      );
    const at = deps.now();
    const reviewed: HaltEvent = {
      type: 'halt:reviewed',
      data: { haltId, by: doneBy(actor), at },
      private: { reason: finding },
    };
    await tx.append({ stream: PLANE_STREAM, events: [reviewed], actor, occurredAt: at, recordedAt: at });
    await touchHalt(tx, deps.settings, order);
  });
  deps.wake();
}
