/**
 * How things stand right now. `/halt status`, `/incident status`, the halt board, App Home, `haltline status` and
 * `GET /v1/status` all show this one reading; `core/board.ts` says in words what it means.
 */
import type { PointLevel } from './containment.js';
import type { PointKind } from './halt-events.js';
import type { HaltMode, HaltScope } from './halt.js';
import type { IncidentKind, Instant } from './ids.js';
import type { IncidentStatus } from './incident-events.js';
import type { Severity } from './severity.js';

/** Orders and enforcement points: what the halt board shows. */
export interface BoardStatus {
  readonly at: Instant;
  readonly epoch: number;
  /** In force, oldest first. A drill's order denies nothing and is not among them. */
  readonly halts: readonly HaltLine[];
  /** Under way, or ended within the last minutes. */
  readonly rehearsals: readonly RehearsalLine[];
  /** Every agent that is registered, has a point, or had one that an order expects, worst first. */
  readonly agents: readonly AgentLine[];
  /** Points that are there, or whose lease may still run, worst first; at most `POINTS_LISTED` of them. */
  readonly points: readonly PointLine[];
  readonly pointsTotal: number;
  /** Agents of the registry without a connected point: nothing could be proven about them. */
  readonly unguarded: readonly string[];
}

export interface Status extends BoardStatus {
  /** Open ones, newest first; drills are marked by their kind. */
  readonly incidents: readonly IncidentLine[];
}

/** More than anybody reads; `agents` sums up all of them. */
export const POINTS_LISTED = 200;

export interface IncidentLine {
  readonly name: string;
  readonly kind: IncidentKind;
  readonly title: string;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  /** False where "contained" was set by hand: nothing is proven then. */
  readonly isContainmentProven: boolean;
  /** The agent, or what it was called where the registry knows no such agent; null where nobody knows. */
  readonly agent: string | null;
  readonly channelId: string | null;
  readonly channelName: string;
  readonly openedAt: Instant;
  readonly commander: string | null;
  /** Null while nobody has acknowledged the page. */
  readonly acknowledgedAt: Instant | null;
  /** The umbrella that it stands below; null for most. */
  readonly umbrella: string | null;
  /** Of an umbrella: its members that are open, those among them without a line of their own as well. */
  readonly members: readonly { readonly incident: string; readonly agent: string | null }[];
}

export interface HaltLine {
  readonly haltId: string;
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly orderedBy: string;
  readonly at: Instant;
  readonly incident: string | null;
  readonly expected: number;
  readonly received: number;
  readonly enforced: number;
  readonly quiesced: number;
  /** Answered for good, whether by themselves, by an expired lease or by a mark. */
  readonly settled: number;
  /** Agents in scope that no enforcement point covered in full when it was ordered. */
  readonly uncovered: readonly string[];
  /** Null while it may not be said that all has stopped. */
  readonly containedSeconds: number | null;
  /** The target passed with a point still short. */
  readonly missed: boolean;
  /** Null where nobody asks, or the request has run out. */
  readonly liftRequestedBy: string | null;
  /** What a quarantine keeps: undecided, and released but not yet taken up. Left out for every other order. */
  readonly held?: { readonly waiting: number; readonly released: number };
  /** Ordered by somebody without a role; `reviewedBy` is null until somebody in command has looked at it. */
  readonly breakGlass: boolean;
  readonly reviewedBy: string | null;
  readonly reviewAt: Instant | null;
  /** Past its review time: it stands, and somebody is being asked. */
  readonly reviewDue: boolean;
}

/** Reaches every point and denies nothing. */
export interface RehearsalLine extends HaltLine {
  /** Null while it runs. */
  readonly ended: { readonly seconds: number | null; readonly silent: readonly string[] } | null;
}

/** All points of one agent in one line. */
export interface AgentLine {
  readonly agentId: string;
  /** False for an agent that only its guard knows. */
  readonly registered: boolean;
  readonly points: number;
  readonly connected: number;
  /** Points of it that an order in force expects, whether still there or not, and how many of these have settled. */
  readonly expected: number;
  readonly settled: number;
  /** Points that are there and came after the orders: they began with the state, and no order waits for them. */
  readonly later: number;
  /** Some order in force concerns it. */
  readonly halted: boolean;
  /** An order denies all of it, not a tool, a class or all but reads. */
  readonly whole: boolean;
  /** Where none denies all of it: what one does with all of it instead; null where they name a part of it only. */
  readonly lesser: 'hold' | 'degraded' | null;
  /** An order covers more of it than any point there could stop: the rest may go on unseen. */
  readonly blind: boolean;
  /** The least advanced of those expected; null where none is. */
  readonly worst: { readonly level: PointLevel; readonly kind: PointKind } | null;
  /** The longest silence of its guards; null without any. */
  readonly silentMs: number | null;
  /** What is wrong at its points, in words. */
  readonly troubles: readonly string[];
}

export interface PointLine {
  readonly pointId: string;
  readonly agentId: string;
  readonly instance: string;
  readonly kind: PointKind;
  readonly connected: boolean;
  /** What it has said about the newest order in force that waits for it, or else expected it; null where none did. */
  readonly level: PointLevel | null;
  /** That order; null where none does. */
  readonly haltId: string | null;
  /** Since when an order has waited for it without a break, however many came after; null where none does. */
  readonly waitedSince: Instant | null;
  /** True once nothing can run there any more. */
  readonly settled: boolean;
  /** Since the last heartbeat that renewed its lease; null where it holds none. */
  readonly leaseAgeMs: number | null;
  /** What is wrong there, or has to be known of it; words for people. */
  readonly notes: readonly string[];
}
