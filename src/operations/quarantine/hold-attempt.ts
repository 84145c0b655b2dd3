import type { Actor } from '../../core/actor.js';
import { canonicalJson } from '../../core/canonical-json.js';
import { decide } from '../../core/decide.js';
import { DomainError } from '../../core/errors.js';
import type { Attempt, Halt } from '../../core/halt.js';
import { whyNotHeld, whyTooLong } from '../../core/held-parameters.js';
import { isFinalAnswer, isOpen, type HeldAttempt } from '../../core/quarantine.js';
import type { Transaction } from '../../store/types.js';
import { attemptDigest } from './attempt-digest.js';
import type { Deps } from '../deps.js';
import { findAttempt, recordAttemptIn } from './record-attempt.js';
import { waitingRoomOf } from '../points/waiting-room.js';

export interface HoldAttempt {
  readonly attempt: Attempt;
  readonly parameters: unknown;
  readonly actor: Actor;
  /** The one agent that the token may speak for; null for any. */
  readonly boundTo: string | null;
}

export type AttemptHeld =
  | { readonly kind: 'item'; readonly item: HeldAttempt; readonly existed: boolean }
  /** No order holds it: it is allowed as far as we know, or denied. */
  | { readonly kind: 'not-held'; readonly verdict: 'allow' | 'deny'; readonly because: Halt | null };

/** One agent may keep this many waiting. More is not decided by people any more. */
const WAITING_MAX = 1_000;

/**
 * Keeps an attempt with its exact parameters until a person decides. The same attempt is one item however often
 * it is asked for: an agent that was restarted learns what became of it. Only what expired or was refused, and so
 * never ran, is held anew.
 */
export async function holdAttempt(deps: Deps, input: HoldAttempt): Promise<AttemptHeld> {
  const { attempt, parameters, boundTo } = input;
  requireOwnAgent(boundTo, attempt.agentId);
  requireExact(parameters);
  const digest = attemptDigest(attempt, parameters);
  const outcome = await deps.store.transact((tx) => holdIn(tx, deps, { ...input, digest }));
  if (outcome.kind === 'item') waitingRoomOf(deps.plane).seen(outcome.item.id);
  deps.wake();
  return outcome;
}

/** One agent's token neither asks nor answers for another. */
export function requireOwnAgent(boundTo: string | null, agentId: string): void {
  if (boundTo === null || boundTo === agentId) return;
  throw new DomainError('not-allowed', `This token speaks for ${boundTo} only, not for ${agentId}.`);
}

function requireExact(parameters: unknown): void {
  const fault =
    whyNotHeld(parameters) ?? whyTooLong(new TextEncoder().encode(canonicalJson(parameters)).length);
  if (fault === undefined) return;
  throw new DomainError('invalid-input', `This attempt was not held, and must not run: ${fault}.`);
}

async function holdIn(
  tx: Transaction,
  deps: Deps,
  { attempt, parameters, digest, actor }: HoldAttempt & { digest: string },
): Promise<AttemptHeld> {
  const known = await tx.heldAttemptOf(digest);
  if (known !== undefined && (isOpen(known) || isFinalAnswer(known)))
    return { kind: 'item', item: (await findAttempt(tx, known.id)).item, existed: true };
  const { verdict, because } = decide(attempt, deps.plane.orders.halts());
  const [halt] = because;
  if (verdict !== 'hold' || halt === undefined)
    return { kind: 'not-held', verdict: verdict === 'deny' ? 'deny' : 'allow', because: halt ?? null };
  await requireRoom(tx, attempt.agentId);
  const id = `Q-${await tx.nextNumber('attempt')}`;
  const { agentId, tool, actionClass, actionId, readOnly = false } = attempt;
  const at = deps.now();
  const data = { id, agentId, tool, actionClass, actionId, readOnly, digest, haltId: halt.id, at };
  const event = { type: 'attempt:held' as const, data, private: { parameters } };
  return { kind: 'item', item: await recordAttemptIn(tx, deps, { id, event, actor }), existed: false };
}

async function requireRoom(tx: Transaction, agentId: string): Promise<void> {
  const { held = 0 } = await tx.countHeldAttempts({ states: ['held'], agentId });
  if (held < WAITING_MAX) return;
  throw new DomainError(
    'unavailable',
    `${held} attempts of ${agentId} wait already. Have some of them released or rejected, then ask again.`,
  );
}
