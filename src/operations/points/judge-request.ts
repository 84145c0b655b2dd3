import { decideUnsure, type UnsureAttempt } from '../../core/decide-unsure.js';
import { DomainError } from '../../core/errors.js';
import { readGatewayRelease } from '../../core/gateway-release.js';
import type { Halt } from '../../core/halt.js';
import type { Caller } from '../access/authenticate.js';
import { createDecidedBefore } from './decided-before.js';
import { inAHurry, type Deps } from '../deps.js';
import type { GatewayPoints } from './gateway-points.js';
import { agentOf, attemptOf, knownNames, type GatewayRequest } from './gateway-request.js';
import { passGateway } from './pass-gateway.js';

/** The answer to a gateway; `halt` is the order that stands against the request, null where none does. */
export interface Judgement {
  readonly allowed: boolean;
  readonly epoch: number;
  readonly halt: Halt | null;
  /** In words, for whoever is refused. Empty where it may pass. */
  readonly reason: string;
  /** What became of a release that it brought in vain: it is not good for this request, or it could not be looked up and spent. */
  readonly release?: 'bad' | 'unread';
}

/** A promise only where the answer has to wait: for an order that is being given, or for a release to be spent. */
export type JudgeRequest = (caller: Caller, request: GatewayRequest) => Judgement | Promise<Judgement>;

/**
 * Judges requests from memory alone: neither a slow store nor a full disk lets anything pass, or holds it up. Only a release
 * that a refused request brings is looked up, and spent.
 */
export function createJudge(deps: Deps, gateways: GatewayPoints): JudgeRequest {
  const { plane, registry } = deps;
  const names = knownNames(registry);
  const decided = createDecidedBefore();
  const judge = (caller: Caller, asking: ReturnType<typeof agentOf>, request: GatewayRequest) => {
    const { epoch, halts } = plane.current();
    if (halts.length === 0) return allowed(epoch);
    const attempt = (): UnsureAttempt => attemptOf({ registry, names }, asking, request);
    const { verdict, because } = decided(halts, { asking, request }, () => decideUnsure(attempt(), halts));
    const [halt] = because;
    if (verdict === 'allow' || halt === undefined) return allowed(epoch);
    const refused = { allowed: false, epoch, halt, reason: wordsFor(halt, asking.agentId) };
    const { release } = request;
    return release === undefined
      ? refused
      : unlessReleased(deps, refused, { caller, attempt: attempt(), release });
  };
  return (caller, request) => {
    const asking = agentOf(registry, caller, request);
    const waits = gateways.asked(caller.name, asking.agentId);
    return waits === undefined
      ? judge(caller, asking, request)
      : waits.then(() => judge(caller, asking, request));
  };
}

function allowed(epoch: number): Judgement {
  return { allowed: true, epoch, halt: null, reason: '' };
}

interface Shown {
  readonly caller: Caller;
  /** What was refused. */
  readonly attempt: UnsureAttempt;
  /** As the request brought it. */
  readonly release: string;
}

/** Nothing but a release that is written down as spent makes an allowance of a refusal. */
async function unlessReleased(
  deps: Deps,
  refused: Judgement,
  { caller: { name: gateway, actor }, attempt, release: shown }: Shown,
): Promise<Judgement> {
  const release = readGatewayRelease(shown);
  try {
    if (release !== undefined && (await passGateway(inAHurry(deps), { release, gateway, attempt, actor })))
      return allowed(refused.epoch);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'unavailable') {
      deps.log.warn({ err: error, gateway }, 'a release could not be spent at a gateway: refused');
      return { ...refused, release: 'unread' };
    }
  }
  return { ...refused, release: 'bad' };
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
export function gatewayReason({ halt, reason, release }: Judgement): string {
  if (release !== undefined) return `${RELEASE_WORDS[release]} Reason: ${reason}`;
  if (halt?.mode !== 'hold') return reason;
  const { id } = halt;
  return `quarantine ${id}: held for a person. A gateway cannot keep a request waiting: refused, and nothing waits. It passes once ${id} is lifted (/halt lift ${id}, or haltline lift ${id}). Reason: ${reason}`;
}

const RELEASE_WORDS = {
  unread: 'Haltline could not look X-Halt-Release up at this moment: refused, try again soon.',
  bad: 'X-Halt-Release is not good for this request: refused. A release passes one request at each gateway, of its agent and tool, soon after its guard has taken it up.',
};
