import type { Actor } from '../../core/actor.js';
import { judgeClaim, obstacleTo, type ClaimVerdict, type HeldAttempt } from '../../core/quarantine.js';
import type { QuarantineEvent } from '../../core/quarantine-events.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { requireOwnAgent } from './hold-attempt.js';
import { findAttempt, recordAttemptIn } from './record-attempt.js';
import { waitingRoomOf } from '../points/waiting-room.js';

export interface ClaimAttempt {
  readonly id: string;
  /** Of what is about to run, taken at this moment. */
  readonly digest: string;
  /** Of this one run: the answer may be asked for again when it was lost. */
  readonly claimId: string;
  readonly actor: Actor;
  readonly boundTo: string | null;
}

export type AttemptClaimed =
  | ClaimVerdict
  /** An older attempt of the same agent and tool is released and its agent is there: that one goes first. */
  | { readonly kind: 'wait'; readonly behind: string };

/**
 * The check immediately before the side effect, and the only way to run what was held. Durable before it is
 * answered: what cannot be written down is not handed out. A refusal ends the item; no second use, whoever asks.
 */
export async function claimAttempt(deps: Deps, input: ClaimAttempt): Promise<AttemptClaimed> {
  waitingRoomOf(deps.plane).seen(input.id);
  const { item, verdict } = await deps.store.transact((tx) => claimIn(tx, deps, input));
  waitingRoomOf(deps.plane).changed(input.id);
  deps.wake();
  if (verdict.kind !== 'run') return verdict;
  // An order that came while this was being written: halting wins, and the release is spent all the same.
  const late = obstacleTo(item, deps.plane.orders.halts());
  return late === undefined ? verdict : { kind: 'refuse', ...late };
}

async function claimIn(
  tx: Transaction,
  deps: Deps,
  { id, digest, claimId, actor, boundTo }: ClaimAttempt,
): Promise<{ item: HeldAttempt; verdict: AttemptClaimed }> {
  const { item } = await findAttempt(tx, id);
  requireOwnAgent(boundTo, item.attempt.agentId);
  const at = deps.now();
  const verdict = judgeClaim(item, { digest, claimId, at, halts: deps.plane.orders.halts() });
  const behind = verdict.kind === 'run' && !verdict.repeated ? await olderThan(tx, deps, item) : undefined;
  if (behind !== undefined) return { item, verdict: { kind: 'wait', behind } };
  const event = factOf(item, verdict, { at, claimId });
  const after = event === undefined ? item : await recordAttemptIn(tx, deps, { id, event, actor });
  return { item: after, verdict };
}

/** What the answer changes; a claim of something that is over, or not decided, changes nothing. */
function factOf(
  { state }: HeldAttempt,
  verdict: ClaimVerdict,
  { at, claimId }: { at: string; claimId: string },
): QuarantineEvent | undefined {
  if (verdict.kind === 'run')
    return verdict.repeated ? undefined : { type: 'attempt:used', data: { at, claimId } };
  const { why, haltId } = verdict;
  if (state === 'used') return { type: 'attempt:refused', data: { at, why, haltId } };
  if (state !== 'released') return undefined;
  if (why === 'expired') return { type: 'attempt:expired', data: { at } };
  return { type: 'attempt:refused', data: { at, why, haltId } };
}

/** The next in line; one whose agent is gone holds nobody up. */
async function olderThan(tx: Transaction, deps: Deps, item: HeldAttempt): Promise<string | undefined> {
  const { agentId, tool } = item.attempt;
  const released = await tx.heldAttempts({ states: ['released'], agentId, tool, limit: IN_LINE });
  const own = released.findIndex(({ id }) => id === item.id);
  const room = waitingRoomOf(deps.plane);
  const now = deps.now();
  return released
    .slice(0, Math.max(own, 0))
    .find(({ id, expiresAt }) => room.isAwaited(id) && (expiresAt ?? now) > now)?.id;
}

const IN_LINE = 1_000;
