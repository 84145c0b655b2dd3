import { addMinutes } from 'date-fns';
import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { holdsOn, obstacleTo, RELEASE_MINUTES, type HeldAttempt } from '../../core/quarantine.js';
import { HELD_REFUSALS } from '../../core/quarantine.js';
import type { Transaction } from '../../store/types.js';
import { allowDeciding, type DecideAttempt } from '../access/allow-deciding.js';
import type { Deps } from '../deps.js';
import { findAttempt, recordAttemptIn } from './record-attempt.js';
import { waitingRoomOf } from '../points/waiting-room.js';

/**
 * Lets the agent run exactly this, once, within a quarter of an hour. The digest is what the person was shown:
 * a release of something else is refused. Whether it still may run is judged again when the agent takes it up.
 */
export async function releaseAttempt(deps: Deps, input: DecideAttempt): Promise<HeldAttempt> {
  const item = await allowDeciding(deps, 'quarantine-release', input, (actor) =>
    deps.store.transact((tx) => releaseIn(tx, deps, { ...input, actor })),
  );
  waitingRoomOf(deps.plane).changed(item.id);
  deps.wake();
  return item;
}

async function releaseIn(
  tx: Transaction,
  deps: Deps,
  { id, digest, actor, person }: DecideAttempt & { actor: Actor },
): Promise<HeldAttempt> {
  const { item } = await findAttempt(tx, id);
  requireWaiting(item, digest);
  const halts = deps.plane.orders.halts();
  const obstacle = obstacleTo({ ...item, state: 'released' }, halts);
  if (obstacle !== undefined)
    throw new DomainError(
      'conflict',
      obstacle.why === 'lifted'
        ? `${id} is not released: ${HELD_REFUSALS.lifted}. The agent is told so.`
        : `${id} is not released: ${obstacle.haltId} denies it. Have that halt lifted first; it waits until then.`,
    );
  const at = deps.now();
  const expiresAt = addMinutes(at, RELEASE_MINUTES).toISOString();
  const holds = holdsOn(item.attempt, halts).map((halt) => halt.id);
  const data = { by: person ?? actor.id, at, digest: item.digest, expiresAt, holds };
  return recordAttemptIn(tx, deps, { id, event: { type: 'attempt:released', data }, actor });
}

function requireWaiting(item: HeldAttempt, digest: string): void {
  const { id, state, release } = item;
  if (digest !== item.digest)
    throw new DomainError(
      'conflict',
      `${id} is not what you were shown. Look at it again before you decide.`,
    );
  if (state === 'held') return;
  const how =
    state === 'released' && release !== null
      ? `was released by ${release.by} already, until ${release.expiresAt}`
      : `is ${state} already`;
  throw new DomainError('already-done', `${id} ${how}. Nothing was changed.`);
}
