/** What the delivery loops ask of whoever talks to the outside: one effector per kind of effect, one reconciler of surfaces. */
import type { EffectLane, EffectRow, SurfaceRow } from '../../store/types.js';
import type { Deps } from '../deps.js';

/**
 * Performs one effect. `effect.begun` says that an earlier attempt may have acted: look before doing it again.
 * A permanent refusal is journaled by the effector itself before it answers `drop`. A throw is tried again.
 */
export type Effector = (effect: EffectRow) => Promise<Outcome>;

/** How an attempt went. */
export type Outcome =
  | { readonly kind: 'done' }
  | RetryLater
  | { readonly kind: 'drop'; readonly error: string };

/** Not now. */
export interface RetryLater {
  readonly kind: 'retry';
  /** When to try again, as the target asked (`Retry-After`); null leaves it to the loop's own backoff. */
  readonly afterMs: number | null;
  /** Static words or an error code, never a message's text. */
  readonly error: string;
  /** False only where the attempt certainly did not act. */
  readonly began: boolean;
  /** True where nobody answered: whatever else goes there now would fare no better. */
  readonly isAway?: boolean;
}

/** Makes the outside agree with the state for one surface. Journals what it must (`surfacePosted`, `surfaceRefused`). */
export type Reconcile = (surface: SurfaceRow) => Promise<SurfaceOutcome>;

/** `rendered` also where nothing had to be sent because the digest was the same. `park`: refused for good. */
export type SurfaceOutcome =
  | { readonly kind: 'rendered'; readonly channelId: string; readonly ts: string; readonly digest: string }
  | RetryLater
  | { readonly kind: 'park'; readonly error: string };

/** How hard one lane works. */
export interface LanePace {
  /** Attempts under way at once. */
  readonly concurrency: number;
  /** A surface is rendered at most once in this time; the newest version wins. */
  readonly surfaceIntervalMs: number;
  /** Between two new messages in one place: Slack takes about one a second in a channel. None where left out. */
  readonly postIntervalMs?: number;
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
}

/**
 * Actuators do not share a slot with anything: one that hangs keeps none of the others waiting. Nor do pagers, whose
 * services cut off whoever knocks too often.
 * The halt lane is quick and wide; bulk is gentle with the target's rate limits. No pause is longer than people
 * would wait for a channel once Slack is back from an outage.
 */
export const LANE_PACES: Readonly<Record<EffectLane, LanePace>> = {
  'pager:pagerduty': { concurrency: 8, surfaceIntervalMs: 1000, backoff: { baseMs: 500, capMs: 10_000 } },
  'pager:webhook': { concurrency: 8, surfaceIntervalMs: 1000, backoff: { baseMs: 500, capMs: 10_000 } },
  actuator: { concurrency: 64, surfaceIntervalMs: 1000, backoff: { baseMs: 250, capMs: 5000 } },
  halt: {
    concurrency: 4,
    surfaceIntervalMs: 1000,
    postIntervalMs: 1000,
    backoff: { baseMs: 250, capMs: 5000 },
  },
  bulk: {
    concurrency: 2,
    surfaceIntervalMs: 1200,
    postIntervalMs: 1000,
    backoff: { baseMs: 1000, capMs: 10_000 },
  },
};

export interface OutboxParts {
  readonly effectors: Readonly<Record<string, Effector>>;
  readonly reconcile: Reconcile;
  /** Paces by lane; `LANE_PACES` unless said otherwise. */
  readonly lanes?: Readonly<Partial<Record<EffectLane, LanePace>>>;
  /** How often the loops look by themselves, without a wake. */
  readonly pollMs?: number;
  /** Uniform in [0, 1): the jitter of the backoff. */
  readonly random?: () => number;
}

/** What one lane's loop is made of. */
export interface LaneParts {
  readonly deps: Deps;
  readonly parts: OutboxParts;
  readonly lane: EffectLane;
  readonly pace: LanePace;
}

/** The running delivery loops. */
export interface Outbox {
  /** There is work: look now. Cheap. */
  wake(): void;
  /** Takes nothing new and waits for what is under way; false when some of it outlived the deadline. */
  drain(deadlineMs: number): Promise<boolean>;
  /** Takes nothing new; what is under way is left to itself. */
  stop(): void;
}
