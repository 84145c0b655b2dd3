import type { Actor } from '../../core/actor.js';
import { isStopped, mayPass, type GatewayRelease, type Passing } from '../../core/gateway-release.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { findAttempt, recordAttemptIn } from '../quarantine/record-attempt.js';

export interface PassGateway extends Pick<Passing, 'gateway' | 'attempt'> {
  readonly release: GatewayRelease;
  readonly actor: Actor;
}

/**
 * Lets one request of what was released and taken up pass a gateway, and no second one. Durable before it is answered: what
 * cannot be written down does not pass.
 */
export async function passGateway(deps: Deps, input: PassGateway): Promise<boolean> {
  // Looked at before the store is made to write: whoever asks again and again holds up nobody.
  const { item: known } = await findAttempt(deps.store, input.release.id);
  if (!mayPass(known, passing(deps, input))) return false;
  const item = await deps.store.transact((tx) => passIn(tx, deps, input));
  if (item === undefined) return false;
  deps.wake();
  // An order that came while this was being written: halting wins, and the release is spent all the same.
  return !isStopped(item, passing(deps, input));
}

async function passIn(tx: Transaction, deps: Deps, input: PassGateway) {
  const { id } = input.release;
  const { item } = await findAttempt(tx, id);
  const asked = passing(deps, input);
  if (!mayPass(item, asked)) return undefined;
  const { at, gateway } = asked;
  const event = { type: 'attempt:passed' as const, data: { at, gateway } };
  return recordAttemptIn(tx, deps, { id, event, actor: input.actor });
}

function passing(deps: Deps, { release: { claimId }, gateway, attempt }: PassGateway): Passing {
  return { claimId, gateway, attempt, at: deps.now(), halts: deps.plane.orders.halts() };
}
