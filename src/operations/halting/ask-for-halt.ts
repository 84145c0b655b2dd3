import { subMinutes } from 'date-fns';
import type { Actor } from '../../core/actor.js';
import { answers, type Ask } from '../../core/ask.js';
import { canonicalJson } from '../../core/canonical-json.js';
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

/** Whoever presses again within this time asks nothing new: those who may halt have one message to tap. */
const SAME_ASK_MINUTES = 5;

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
  const same = await deps.store.transact(async (tx) => {
    const open = sameAsk((await readPlane(tx)).asks.values(), asked.data);
    if (open !== undefined) return open;
    await tx.append({ stream: PLANE_STREAM, events: [asked], actor, occurredAt: at, recordedAt: at });
    await touchAsk(tx, { askId, users, incident });
    return undefined;
  });
  deps.wake();
  return same === undefined ? { askId, users } : { askId: same.askId, users: [...same.users] };
}

function sameAsk(asks: Iterable<Ask>, asked: Omit<Ask, 'answer' | 'reason'>): Ask | undefined {
  const wanted = ({ by, mode, incident, scope }: typeof asked): string =>
    canonicalJson([by, mode, incident, scope]);
  const since = subMinutes(asked.at, SAME_ASK_MINUTES).toISOString();
  return [...asks].find((ask) => ask.answer === null && ask.at >= since && wanted(ask) === wanted(asked));
}

/** What people ask for that this order gives them. Read before it is appended: afterwards the reading costs its ten thousand points. */
export async function asksAnsweredBy(tx: Transaction, order: Parameters<typeof answers>[0]): Promise<Ask[]> {
  const { asks } = await readPlane(tx);
  return [...asks.values()].filter((ask) => ask.answer === null && answers(order, ask));
}

/** Everybody who was asked sees that the order has been given, and is not asked for it any more. */
export async function touchAsks(tx: Transaction, asks: readonly Ask[]): Promise<void> {
  for (const ask of asks) await touchAsk(tx, ask);
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
