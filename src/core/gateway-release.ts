/**
 * A release on its way through a gateway. An agent whose held attempt was released, and whose guard has taken the release
 * up, may still stand behind a gateway, which refuses under the same order. It shows the gateway which item and which
 * claim its request is about. A gateway sees no parameters: what it lets pass is bound to the agent, the tool and the
 * claim, and to one request.
 */
import { addMinutes } from 'date-fns';
import { decideUnsure, type UnsureAttempt } from './decide-unsure.js';
import type { Halt } from './halt.js';
import type { Instant } from './ids.js';
import { RELEASE_MINUTES, type HeldAttempt } from './quarantine.js';

/** `Q-7/<claim>`, as the header `X-Halt-Release` carries it. */
export interface GatewayRelease {
  readonly id: string;
  readonly claimId: string;
}

/** Undefined for what is none. */
export function readGatewayRelease(text: string): GatewayRelease | undefined {
  const [, id, claimId] = /^(Q-[1-9]\d{0,8})\/([\w-]{1,200})$/.exec(text) ?? [];
  return id === undefined || claimId === undefined ? undefined : { id, claimId };
}

export interface Passing {
  readonly claimId: string;
  readonly gateway: string;
  /** What the gateway knows of the request. */
  readonly attempt: UnsureAttempt;
  readonly at: Instant;
  readonly halts: readonly Halt[];
}

/** May the request pass for it? What the gateway does not know of it is not taken to be what was released. */
export function mayPass(item: HeldAttempt, passing: Passing): boolean {
  return isTakenUp(item, passing) && isMeant(item, passing) && !isStopped(item, passing);
}

/** Does an order stand against the request that nobody has released it from? */
export function isStopped(
  { release }: HeldAttempt,
  { attempt, halts }: Pick<Passing, 'attempt' | 'halts'>,
): boolean {
  const others = halts.filter(({ mode, id }) => mode !== 'hold' || release?.holds.includes(id) !== true);
  return decideUnsure(attempt, others).verdict !== 'allow';
}

/** By this claim, not long ago, and not used here yet. */
function isTakenUp({ used }: HeldAttempt, { claimId, gateway, at }: Passing): boolean {
  if (used?.claimId !== claimId || used.passed.includes(gateway)) return false;
  return at < addMinutes(used.at, RELEASE_MINUTES).toISOString();
}

function isMeant({ attempt: released }: HeldAttempt, { attempt }: Passing): boolean {
  const { agents, tools, actionId } = attempt;
  const isAction = actionId === undefined || actionId === released.actionId;
  return isAction && isOnly(agents, released.agentId) && isOnly(tools, released.tool);
}

function isOnly(known: readonly string[] | undefined, name: string): boolean {
  return known !== undefined && known.length > 0 && known.every((each) => each === name);
}
