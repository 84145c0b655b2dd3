/**
 * A held attempt: an order of mode `hold` covers it, so it waits with its exact parameters until a person decides.
 *
 *   held ──▶ released ──▶ used      the agent took the release up; never again
 *    │          ├───────▶ expired   nobody took it up in time
 *    │          ▼
 *    ├──────▶ refused               a changed parameter, a halt meanwhile, or the order that held it is lifted
 *    └──────▶ rejected ◀── released a person said no, or took the release back
 *
 * All but the first two are final. A release is bound to the digest of the parameters, good for one use, and
 * judged again at that moment: `judgeClaim` is the only way from `released` to `used`.
 */
import { decide } from './decide.js';
import { covers, type Attempt, type Halt } from './halt.js';
import type { Instant } from './ids.js';
import type { HeldRefusal, QuarantineEvent } from './quarantine-events.js';

export const HELD_STATES = ['held', 'released', 'used', 'rejected', 'expired', 'refused'] as const;
export type HeldState = (typeof HELD_STATES)[number];

/** Minutes within which the agent has to take up a release. */
export const RELEASE_MINUTES = 15;

export interface HeldAttempt {
  /** `Q-7`: grows in the order of holding. */
  readonly id: string;
  readonly attempt: Attempt;
  readonly digest: string;
  readonly haltId: string;
  readonly at: Instant;
  readonly state: HeldState;
  /** Undefined where they were erased. */
  readonly parameters: unknown;
  readonly release: Release | null;
  readonly rejection: { readonly by: string; readonly at: Instant; readonly reason: string } | null;
  readonly used: {
    readonly at: Instant;
    readonly claimId: string;
    /** The gateways that have let a request of it pass. */
    readonly passed: readonly string[];
  } | null;
  /** Why it was refused for good, and the order that did it; null for any other state. */
  readonly refusal: {
    readonly why: HeldRefusal;
    readonly haltId: string | null;
    readonly at: Instant;
  } | null;
}

export interface Release {
  readonly by: string;
  readonly at: Instant;
  readonly expiresAt: Instant;
  readonly holds: readonly string[];
}

/** The stream of one held attempt. */
export function quarantineStream(id: string): string {
  return `quarantine:${id}`;
}

/** One held attempt as its events tell; undefined for a stream that does not begin with holding. */
export function foldHeldAttempt(events: readonly QuarantineEvent[]): HeldAttempt | undefined {
  return events.reduce<HeldAttempt | undefined>(
    (item, event) => (item === undefined ? begin(event) : apply(item, event)),
    undefined,
  );
}

function begin(event: QuarantineEvent): HeldAttempt | undefined {
  if (event.type !== 'attempt:held') return undefined;
  const { id, agentId, tool, actionClass, actionId, readOnly, digest, haltId, at } = event.data;
  return {
    id,
    attempt: { agentId, tool, actionClass, actionId, ...(readOnly && { readOnly }) },
    digest,
    haltId,
    at,
    state: 'held',
    parameters: event.private?.parameters,
    release: null,
    rejection: null,
    used: null,
    refusal: null,
  };
}

/** What comes too late changes nothing: a final state is final. */
function apply(item: HeldAttempt, event: QuarantineEvent): HeldAttempt {
  switch (event.type) {
    case 'attempt:held':
      return item;
    case 'attempt:released': {
      const { by, at, expiresAt, holds, digest } = event.data;
      if (item.state !== 'held' || digest !== item.digest) return item;
      return { ...item, state: 'released', release: { by, at, expiresAt, holds } };
    }
    case 'attempt:rejected': {
      const reason = event.private?.reason ?? '(erased)';
      return isOpen(item) ? { ...item, state: 'rejected', rejection: { ...event.data, reason } } : item;
    }
    case 'attempt:used':
      return item.state === 'released'
        ? { ...item, state: 'used', used: { ...event.data, passed: [] } }
        : item;
    case 'attempt:passed': {
      const { used } = item;
      return used === null
        ? item
        : { ...item, used: { ...used, passed: [...used.passed, event.data.gateway] } };
    }
    case 'attempt:refused':
      return isOpen(item) ? { ...item, state: 'refused', refusal: event.data } : item;
    case 'attempt:expired':
      return item.state === 'released' ? { ...item, state: 'expired' } : item;
  }
}

/** Still to be decided, or decided and not taken up. */
export function isOpen({ state }: Pick<HeldAttempt, 'state'>): boolean {
  return state === 'held' || state === 'released';
}

/** Standing for good: who asks for the same thing again gets this answer and no new item. */
export function isFinalAnswer({ state }: Pick<HeldAttempt, 'state'>): boolean {
  return state === 'used' || state === 'rejected';
}

/** Orders that hold it, where nothing denies it; a rehearsal holds nothing. */
export function holdsOn(attempt: Attempt, halts: readonly Halt[]): Halt[] {
  return halts.filter(
    ({ mode, scope, drill }) => mode === 'hold' && drill !== true && covers(scope, attempt),
  );
}

/** What an agent says when it is about to run what was released. */
export interface Claim {
  readonly digest: string;
  /** Of this one run: saying it again after a lost answer is no second use. */
  readonly claimId: string;
  readonly at: Instant;
  readonly halts: readonly Halt[];
}

export type ClaimVerdict =
  | { readonly kind: 'run'; readonly holds: readonly string[]; readonly repeated: boolean }
  | { readonly kind: 'refuse'; readonly why: HeldRefusal; readonly haltId: string | null };

/** The check immediately before the side effect. */
export function judgeClaim(item: HeldAttempt, claim: Claim): ClaimVerdict {
  const repeated = item.state === 'used' && item.used?.claimId === claim.claimId;
  if (item.state !== 'released' && !repeated) return refuse(whyClosed(item), item.refusal?.haltId ?? null);
  if (claim.digest !== item.digest) return refuse('changed');
  const { release } = item;
  if (release === null || release.expiresAt <= claim.at) return refuse('expired');
  const obstacle = obstacleTo(item, claim.halts);
  if (obstacle !== undefined) return refuse(obstacle.why, obstacle.haltId);
  return { kind: 'run', holds: release.holds, repeated };
}

/** What has come between: an order that denies it, one that nobody knew of at the release, or a lift. */
export function obstacleTo(
  item: HeldAttempt,
  halts: readonly Halt[],
): { readonly why: 'halted' | 'lifted'; readonly haltId: string } | undefined {
  const { verdict, because } = decide(item.attempt, halts);
  const [denying] = because;
  if (verdict === 'deny' && denying !== undefined && item.state !== 'held')
    return { why: 'halted', haltId: denying.id };
  if (!halts.some(({ id }) => id === item.haltId)) return { why: 'lifted', haltId: item.haltId };
  const known = item.release?.holds;
  const newer = holdsOn(item.attempt, halts).find(({ id }) => known !== undefined && !known.includes(id));
  return newer === undefined ? undefined : { why: 'halted', haltId: newer.id };
}

function refuse(why: HeldRefusal, haltId: string | null = null): ClaimVerdict {
  return { kind: 'refuse', why, haltId };
}

/** The word for an item that is not there to be taken up. */
function whyClosed({ state, refusal }: HeldAttempt): HeldRefusal {
  switch (state) {
    case 'held':
    case 'released':
      return 'not-released';
    case 'used':
      return 'used';
    case 'rejected':
      return 'rejected';
    case 'expired':
      return 'expired';
    case 'refused':
      return refusal?.why ?? 'halted';
  }
}

/** The words in sentences, for agents and people. */
export const HELD_REFUSALS: Readonly<Record<HeldRefusal, string>> = {
  changed: 'its parameters are not those that were released',
  halted: 'a halt that nobody knew of at the release covers it',
  expired: 'its release was not taken up in time',
  used: 'its release was taken up already, and is good for one use',
  lifted: 'the order that held it is lifted: ask again',
  rejected: 'a person rejected it',
  'not-released': 'nobody has released it',
};
