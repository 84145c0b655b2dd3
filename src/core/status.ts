/** How things stand right now, as `/halt status`, `/incident status`, App Home and `haltline status` all show it. */
import type { PointLevel } from './containment.js';
import type { HaltMode, HaltScope } from './halt.js';
import type { IncidentKind, Instant } from './ids.js';
import type { IncidentStatus } from './incident-events.js';
import type { Severity } from './severity.js';

export interface Status {
  readonly at: Instant;
  readonly epoch: number;
  /** Open ones, newest first; drills are marked by their kind. */
  readonly incidents: readonly IncidentLine[];
  /** In force, oldest first. A drill's order denies nothing and is not among them. */
  readonly halts: readonly HaltLine[];
  /** Points that are there, or whose lease may still run; those that are gone for good are left out. */
  readonly points: readonly PointLine[];
  /** Agents of the registry without a connected point: nothing could be proven about them. */
  readonly unguarded: readonly string[];
}

export interface IncidentLine {
  readonly name: string;
  readonly kind: IncidentKind;
  readonly title: string;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  /** The agent, or what it was called where the registry knows no such agent; null where nobody knows. */
  readonly agent: string | null;
  readonly channelId: string | null;
  readonly channelName: string;
  readonly openedAt: Instant;
  readonly commander: string | null;
  /** Null while nobody has acknowledged the page. */
  readonly acknowledgedAt: Instant | null;
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
  readonly uncovered: readonly string[];
  /** Null while it may not be said that all has stopped. */
  readonly containedSeconds: number | null;
  readonly liftRequestedBy: string | null;
}

export interface PointLine {
  readonly pointId: string;
  readonly agentId: string;
  readonly instance: string;
  readonly connected: boolean;
  /** What it has said about the newest order in force that expects it; null where none does. */
  readonly level: PointLevel | null;
  /** Since the last heartbeat that renewed its lease. */
  readonly leaseAgeMs: number;
}
