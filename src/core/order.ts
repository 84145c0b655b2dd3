/** An order as the journal tells it: who stops what, how far each enforcement point has come, what became of it. */
import type { Ask } from './ask.js';
import type { PointState } from './enforcement-point.js';
import type { HaltMode, HaltScope } from './halt.js';
import type { Instant } from './ids.js';

export interface LiftRequest {
  readonly by: string;
  readonly at: Instant;
  /** Why it is safe, in their words: the second person reads it before approving. */
  readonly reason: string;
  readonly digest: string;
  readonly expiresAt: Instant;
  /** The newest epoch when it was asked for: an order with a newer one was not known to whoever asked. */
  readonly seenEpoch: number;
}

export interface Order {
  readonly haltId: string;
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly reason: string;
  readonly orderedBy: string;
  readonly at: Instant;
  readonly epoch: number;
  readonly incident: string | null;
  /** Incidents that found this order in force and lean on it, beside the one it was given in. */
  readonly alsoIn: readonly string[];
  readonly originChannel: string | null;
  readonly drill: boolean;
  /** An exercise that every point hears of. */
  readonly rehearsal: boolean;
  /** How a rehearsal went; null while it runs, and for every other order. */
  readonly ended: {
    readonly at: Instant;
    readonly seconds: number | null;
    readonly silent: readonly string[];
  } | null;
  /** Ordered by somebody without a role. */
  readonly breakGlass: boolean;
  readonly reviewed: { readonly by: string; readonly at: Instant } | null;
  /** When somebody is to be asked whether it is still needed; null for never. */
  readonly reviewAt: Instant | null;
  /** When `reviewAt` was chosen: with the order, or by saying that it is still needed. */
  readonly reviewSetAt: Instant;
  /** How often it has been asked since `reviewAt` was set. */
  readonly reviewsAsked: number;
  readonly clockStartedAt: Instant;
  readonly recordedLate: boolean;
  readonly points: readonly PointState[];
  readonly uncovered: readonly string[];
  readonly contained: {
    readonly at: Instant;
    readonly seconds: number;
    readonly withinTarget: boolean;
  } | null;
  /** When the target passed with a point still short; kept even if it is contained later. */
  readonly missedAt: Instant | null;
  readonly liftRequest: LiftRequest | null;
  readonly lifted: { readonly by: string; readonly requestedBy: string; readonly at: Instant } | null;
}

/** The request that can still be approved; undefined once it has been used or has run out. */
export function openRequest({ lifted, liftRequest }: Order, now: Instant): LiftRequest | undefined {
  return lifted !== null || liftRequest === null || liftRequest.expiresAt <= now ? undefined : liftRequest;
}

/** All orders by id, the newest epoch, and who asked for a halt without the right to it. */
export interface Plane {
  readonly epoch: number;
  readonly orders: ReadonlyMap<string, Order>;
  readonly asks: ReadonlyMap<string, Ask>;
}

export const EMPTY_PLANE: Plane = { epoch: 0, orders: new Map(), asks: new Map() };
