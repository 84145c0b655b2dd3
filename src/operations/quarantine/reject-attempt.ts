import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { isOpen, type HeldAttempt } from '../../core/quarantine.js';
import type { Transaction } from '../../store/types.js';
import { allowDeciding, type DecideAttempt } from '../access/allow-deciding.js';
import type { Deps } from '../deps.js';
import { findAttempt, recordAttemptIn } from './record-attempt.js';
import { waitingRoomOf } from '../points/waiting-room.js';

export interface RejectAttempt extends DecideAttempt {
  /** The agent is told; may be empty. */
  readonly reason: string;
}

const REASON_MAX = 2_000;

/** Says no for good. A release that nobody has taken up yet is taken back. */
export async function rejectAttempt(deps: Deps, input: RejectAttempt): Promise<HeldAttempt> {
  const item = await allowDeciding(deps, 'quarantine-reject', input, (actor) =>
    deps.store.transact((tx) => rejectIn(tx, deps, { ...input, actor })),
  );
  waitingRoomOf(deps.plane).changed(item.id);
  deps.wake();
  return item;
}

async function rejectIn(
  tx: Transaction,
  deps: Deps,
  { id, digest, actor, person, reason }: RejectAttempt & { actor: Actor },
): Promise<HeldAttempt> {
  const { item } = await findAttempt(tx, id);
  if (digest !== item.digest)
    throw new DomainError(
      'conflict',
      `${id} is not what you were shown. Look at it again before you decide.`,
    );
  if (!isOpen(item))
    throw new DomainError(
      'already-done',
      item.state === 'used'
        ? `${id} is not rejected: its agent has taken up the release and may have run it.`
        : `${id} is ${item.state} already: it does not run. Nothing was changed.`,
    );
  const words = reason.trim().slice(0, REASON_MAX);
  const data = { by: person ?? actor.id, at: deps.now() };
  const secret = { reason: words === '' ? 'no reason given' : words };
  return recordAttemptIn(tx, deps, { id, event: { type: 'attempt:rejected', data, private: secret }, actor });
}
