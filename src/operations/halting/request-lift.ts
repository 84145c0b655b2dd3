import { addMinutes } from 'date-fns';
import type { Actor } from '../../core/actor.js';
import { ordersInForce, type LiftRequest, type Order } from '../../core/containment.js';
import { DomainError } from '../../core/errors.js';
import type { HaltEvent } from '../../core/halt-events.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import { allowHalting } from '../access/allow-halting.js';
import type { Deps } from '../deps.js';
import {
  LIFT_REQUEST_MINUTES,
  liftDigest,
  orderedSince,
  requirePerson,
  requireStanding,
} from './lift-rules.js';
import { PLANE_STREAM, readOrder, readPlane } from './read-plane.js';
import { touchHalt } from './touch-halt.js';

export interface RequestLift {
  readonly haltId: string;
  readonly reason: string;
  readonly actor: Actor;
  /** The person behind the request: a Slack user id, or whom the token stands for. */
  readonly person: string | null;
}

/** The first of two. Nothing is lifted yet; asking again while the request stands changes nothing. */
export async function requestLift(
  deps: Deps,
  input: RequestLift,
): Promise<{ digest: string; expiresAt: Instant }> {
  const { scope } = await readOrder(deps.store, input.haltId);
  const actor = await allowHalting(deps, 'lift-request', { actor: input.actor, scope });
  const person = requirePerson(input.person);
  const request = await deps.store.transact(async (tx) => {
    const order = requireStanding(await readOrder(tx, input.haltId));
    if (order.drill)
      throw new DomainError('already-done', `${order.haltId} is an exercise: it stops nobody.`);
    const pending = pendingRequest(order, ordersInForce(await readPlane(tx)), deps.now());
    if (pending === undefined) return requestIn(tx, deps, { order, person, actor, reason: input.reason });
    if (pending.by === person) return { ...pending, haltId: order.haltId };
    throw new DomainError(
      'conflict',
      `${pending.by} has asked already. Approve that request, or wait until it expires at ${pending.expiresAt}.`,
    );
  });
  deps.plane.orders.liftRequested(request.haltId, request.expiresAt);
  deps.wake();
  return { digest: request.digest, expiresAt: request.expiresAt };
}

/** A request that can still be approved. */
function pendingRequest(order: Order, standing: readonly Order[], now: Instant): LiftRequest | undefined {
  const { liftRequest } = order;
  if (liftRequest === null || liftRequest.expiresAt <= now) return undefined;
  return orderedSince(order, standing) === undefined ? liftRequest : undefined;
}

async function requestIn(
  tx: Transaction,
  deps: Deps,
  { order, person, actor, reason }: { order: Order; person: string; actor: Actor; reason: string },
) {
  const at = deps.now();
  const { haltId } = order;
  const expiresAt = addMinutes(at, LIFT_REQUEST_MINUTES).toISOString();
  const digest = liftDigest(order);
  const requested: HaltEvent = {
    type: 'lift:requested',
    data: { haltId, by: person, at, digest, expiresAt },
    private: { reason },
  };
  await tx.append({ stream: PLANE_STREAM, events: [requested], actor, occurredAt: at, recordedAt: at });
  await touchHalt(tx, deps.settings, order);
  await touchHalt(tx, deps.settings, order, 'lift');
  return { haltId, digest, expiresAt };
}
