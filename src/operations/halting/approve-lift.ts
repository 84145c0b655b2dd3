import type { Actor } from '../../core/actor.js';
import { ordersInForce, type Order } from '../../core/containment.js';
import { DomainError } from '../../core/errors.js';
import type { HaltEvent } from '../../core/halt-events.js';
import type { Transaction } from '../../store/types.js';
import { allowHalting, recordRefusal } from '../access/allow-halting.js';
import type { Deps } from '../deps.js';
import { liftDigest, orderedSince, requirePerson, requireStanding, requireTwo } from './lift-rules.js';
import { releaseActuatorsIn } from '../actuators/order-actuators.js';
import { publishOrders } from './publish-orders.js';
import { PLANE_STREAM, readOrder, readPlane } from './read-plane.js';
import { raise } from './record-order.js';
import { touchHalt } from './touch-halt.js';

export interface ApproveLift {
  readonly haltId: string;
  /** Of the request that is approved, as it was shown. */
  readonly digest: string;
  readonly actor: Actor;
  readonly person: string | null;
}

/** The second of two. The record is written before the lift: what cannot be recorded stays halted. */
export async function approveLift(deps: Deps, input: ApproveLift): Promise<{ epoch: number }> {
  const { scope } = await readOrder(deps.store, input.haltId);
  const actor = await allowHalting(deps, 'lift-approve', { actor: input.actor, scope });
  const person = requirePerson(input.person);
  const epoch = deps.plane.orders.takeEpoch();
  const approval = { ...input, actor, person, epoch };
  const haltId = await deps.store
    .transact((tx) => approveIn(tx, deps, approval))
    .catch(async (error: unknown) => {
      if (error instanceof DomainError) await recordRefusal(deps, 'lift-approve', { actor, why: error.code });
      throw error;
    });
  deps.plane.orders.remove(haltId);
  const published = await publishOrders(deps, epoch);
  deps.wake();
  return { epoch: published };
}

async function approveIn(
  tx: Transaction,
  deps: Deps,
  { haltId, digest, person, actor, epoch }: ApproveLift & { person: string; epoch: number },
): Promise<string> {
  const order = requireStanding(await readOrder(tx, haltId));
  requireAgreement(order, { digest, now: deps.now() });
  requireTwo(deps, order, [order.liftRequest?.by ?? person, person]);
  requireNothingNewer(order, ordersInForce(await readPlane(tx)));
  const at = deps.now();
  const approved: HaltEvent = {
    type: 'lift:approved',
    data: { haltId: order.haltId, by: person, at, digest, epoch },
  };
  await raise(tx, 'epoch', epoch);
  await tx.append({ stream: PLANE_STREAM, events: [approved], actor, occurredAt: at, recordedAt: at });
  await releaseActuatorsIn(tx, order, { epoch, at });
  await touchHalt(tx, deps.settings, order);
  await touchHalt(tx, deps.settings, order, 'lift');
  return order.haltId;
}

function requireAgreement(order: Order, { digest, now }: { digest: string; now: string }): void {
  const { haltId, liftRequest } = order;
  if (liftRequest === null)
    throw new DomainError(
      'conflict',
      `Nobody has asked to lift ${haltId}. One person asks, another approves.`,
    );
  if (liftRequest.expiresAt <= now)
    throw new DomainError(
      'expired',
      `The request to lift ${haltId} expired at ${liftRequest.expiresAt}. Ask again.`,
    );
  if (digest !== liftRequest.digest || digest !== liftDigest(order))
    throw new DomainError(
      'conflict',
      `This is not what was asked for. Look at ${haltId} again before you approve.`,
    );
}

/** Halting wins: whoever asked did not know of it. */
function requireNothingNewer(order: Order, standing: readonly Order[]): void {
  const newer = orderedSince(order, standing);
  if (newer === undefined) return;
  throw new DomainError(
    'conflict',
    `${newer.haltId} was ordered after this lift was asked for. Look at it, then ask for the lift again.`,
  );
}
