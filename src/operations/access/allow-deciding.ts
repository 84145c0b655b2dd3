import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { allowHalting, recordRefusal } from './allow-halting.js';
import type { Deps } from '../deps.js';
import { findAttempt } from '../quarantine/record-attempt.js';

export interface DecideAttempt {
  readonly id: string;
  /** Of the attempt as it was shown to whoever decides. */
  readonly digest: string;
  readonly actor: Actor;
  /** The person behind the decision: a Slack user id, or whom the token stands for; null for nobody. */
  readonly person: string | null;
}

/** Checks the right to decide about this agent's attempts, and journals every refusal: who tried is a fact. */
export async function allowDeciding<T>(
  deps: Deps,
  permission: 'quarantine-release' | 'quarantine-reject',
  { id, actor: asker }: DecideAttempt,
  decide: (actor: Actor) => Promise<T>,
): Promise<T> {
  const { item } = await findAttempt(deps.store, id);
  const scope = { kind: 'agent' as const, agentId: item.attempt.agentId };
  const actor = await allowHalting(deps, permission, { actor: asker, scope });
  try {
    return await decide(actor);
  } catch (error) {
    if (error instanceof DomainError) await recordRefusal(deps, permission, { actor, why: error.code });
    throw error;
  }
}
