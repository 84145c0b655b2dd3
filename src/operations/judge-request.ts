import { decideUnsure } from '../core/decide-unsure.js';
import type { Halt } from '../core/halt.js';
import type { Caller } from './authenticate.js';
import type { Deps } from './deps.js';
import type { GatewayPoints } from './gateway-points.js';
import { agentOf, attemptOf, knownNames, type GatewayRequest } from './gateway-request.js';

/** The answer to a gateway; `halt` is the order that stands against the request, null where none does. */
export interface Judgement {
  readonly allowed: boolean;
  readonly epoch: number;
  readonly halt: Halt | null;
  /** In words, for whoever is refused. Empty where it may pass. */
  readonly reason: string;
}

/** A promise only where the answer has to wait for an order that is being given. */
export type JudgeRequest = (caller: Caller, request: GatewayRequest) => Judgement | Promise<Judgement>;

/** Judges requests from memory alone: neither a slow store nor a full disk lets anything pass, or holds it up. */
export function createJudge(
  { plane, registry }: Pick<Deps, 'plane' | 'registry'>,
  gateways: GatewayPoints,
): JudgeRequest {
  const names = knownNames(registry);
  const judge = (asking: ReturnType<typeof agentOf>, request: GatewayRequest): Judgement => {
    const { epoch, halts } = plane.current();
    if (halts.length === 0) return { allowed: true, epoch, halt: null, reason: '' };
    const { verdict, because } = decideUnsure(attemptOf({ registry, names }, asking, request), halts);
    const [halt] = because;
    if (verdict === 'allow' || halt === undefined) return { allowed: true, epoch, halt: null, reason: '' };
    return { allowed: false, epoch, halt, reason: wordsFor(halt, asking.agentId) };
  };
  return (caller, request) => {
    const asking = agentOf(registry, caller, request);
    const waits = asking.agentId === null ? undefined : gateways.asked(caller.name, asking.agentId);
    return waits === undefined ? judge(asking, request) : waits.then(() => judge(asking, request));
  };
}

function wordsFor({ reason }: Halt, agentId: string | null): string {
  const unsure =
    agentId === null ? ' (this request names no agent that is known, so every order stops it)' : '';
  return `${reason}${unsure}`;
}

/**
 * The reason as a gateway hands it on. Under an order that holds, a guard would wait with the attempt; a gateway has
 * to answer at once and does not see what is attempted, so it refuses, and says what makes such requests pass again.
 */
export function gatewayReason({ halt, reason }: Judgement): string {
  if (halt?.mode !== 'hold') return reason;
  const { id } = halt;
  return `quarantine ${id}: held for a person. A gateway cannot keep a request waiting: refused, and nothing waits. It passes once ${id} is lifted (/halt lift ${id}, or haltline lift ${id}). Reason: ${reason}`;
}
