import type { Actor } from '../../core/actor.js';
import type { Ask } from '../../core/ask.js';
import type { HaltEvent } from '../../core/halt-events.js';
import type { HaltMode, HaltScope } from '../../core/halt.js';
import { rolesThatMay } from '../../core/role.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { PLANE_STREAM, readPlane } from './read-plane.js';

export interface AskForHalt {
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly reason: string;
  readonly incident: string | null;
  readonly userId: string;
  readonly actor: Actor;
}

/** After a refusal: everybody who may halt gets a direct message with a one-tap halt. Nothing is halted yet. */
export async function askForHalt(deps: Deps, input: AskForHalt): Promise<{ askId: string; users: string[] }> {
  const { scope, mode, incident, reason, userId, actor } = input;
  const users = whoMayHalt(deps, scope);
  const askId = deps.newId();
  const at = deps.now();
  const asked: HaltEvent = {
    type: 'halt:asked',
    data: { askId, scope, mode, by: userId, at, incident, users },
    private: { reason },
  };
  await deps.store.transact(async (tx) => {
    await tx.append({ stream: PLANE_STREAM, events: [asked], actor, occurredAt: at, recordedAt: at });
    await touchAsk(tx, { askId, users, incident });
  });
  deps.wake();
  return { askId, users };
}

/** Everybody who was asked sees that this order has been given, and is not asked for it any more. */
export async function touchAsksAnsweredBy(tx: Transaction, haltId: string): Promise<void> {
  const { asks } = await readPlane(tx);
  for (const ask of asks.values()) if (ask.answer === haltId) await touchAsk(tx, ask);
}

async function touchAsk(
  tx: Transaction,
  { askId, users, incident }: Pick<Ask, 'askId' | 'users' | 'incident'>,
): Promise<void> {
  for (const user of users)
    await tx.touchSurface({
      key: `ask:${askId}:${user}`,
      kind: 'halt-ask',
      lane: 'halt',
      incident,
      target: `user:${user}`,
    });
}

function whoMayHalt({ directory }: Deps, scope: HaltScope): string[] {
  const agentId = 'agentId' in scope ? (scope.agentId ?? null) : null;
  return [...new Set(rolesThatMay('halt').flatMap((role) => directory.membersOf(role, agentId)))];
}
