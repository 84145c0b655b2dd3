/**
 * One incident, as `fold-incident.ts` reads it from its stream.
 *
 *   open ──acknowledge──▶ acknowledged ──containment──▶ contained ──all rollbacks verified──▶ recovered
 *     └───────────────┬──────────────┴───────────┬────────────┴──────────────┬───────────────┘
 *                     └── a responder may set any of the four by hand ───────┘      close ──▶ closed (final)
 *
 * `closed` leads nowhere. Events about an incident that is closed are still recorded: late facts are facts.
 */
import type { TripwireName } from './alert.js';
import type { DetectionChain } from './detection-chain.js';
import type { IncidentKind, Instant } from './ids.js';
import type { IncidentStatus, Surfaced } from './incident-events.js';
import type { PagerDelivery } from './pager.js';
import type { Checklist } from './rollback.js';
import type { Severity } from './severity.js';
import type { Above, Member } from './umbrella.js';

/** An event with what the journal knows about it. */
export interface Recorded<E> {
  readonly seq: number;
  readonly event: E;
  readonly actorId: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
}

export interface Page {
  readonly pageId: string;
  readonly role: string;
  readonly users: readonly string[];
  readonly attempt: number;
  /** The member of an umbrella whose people it calls; left out for the page of the incident itself. */
  readonly member?: string | undefined;
  readonly orderedAt: Instant;
  readonly sentTo: readonly { readonly userId: string; readonly at: Instant }[];
  readonly failures: readonly { readonly userId: string | null; readonly error: string }[];
}

export interface IncidentAlert {
  readonly source: string;
  readonly dedupKey: string;
  readonly title: string;
  readonly summary: string;
  readonly startsAt: Instant;
  readonly link: string | null;
  readonly tool: string | null;
  readonly actionClass: string | null;
  /** The acts that tripped it, newest last; agents choose them. */
  readonly actionIds: readonly string[];
  readonly resolvedAt: Instant | null;
}

export interface Incident {
  readonly name: string;
  readonly number: number;
  readonly kind: IncidentKind;
  readonly title: string;
  readonly summary: string;
  readonly agentId: string | null;
  /** What the alert or the declarer called it, where the registry knows no such agent. */
  readonly agentLabel: string | null;
  readonly tripwire: TripwireName | null;
  readonly declared: { readonly surfaced: Surfaced; readonly surfacedAt: Instant } | null;
  readonly drillId: string | null;
  readonly severity: Severity;
  /** The worst it has been: what people have made of that is not undone by an alert that says no worse. */
  readonly worstSeverity: Severity;
  readonly status: IncidentStatus;
  readonly openedAt: Instant;
  readonly channelName: string;
  readonly channelId: string | null;
  readonly chain: DetectionChain;
  readonly alerts: readonly IncidentAlert[];
  readonly pages: readonly Page[];
  /** The pagers outside Slack that were told of it, and what they made of it. */
  readonly pagers: readonly PagerDelivery[];
  /** True for one that stands for several incidents of one cause: its members. */
  readonly isUmbrella: boolean;
  readonly members: readonly Member[];
  /** The umbrella that it belongs to; null for most. */
  readonly umbrella: Above | null;
  readonly roles: Readonly<Record<string, string>>;
  readonly harmConfirmedAt: Instant | null;
  readonly haltIds: readonly string[];
  /** When containment was proven, or a responder set the status by hand: budgets run from here. */
  readonly containedAt: Instant | null;
  /** Proven by enforcement points, and not taken back since. A status set by hand proves nothing. */
  readonly isContainmentProven: boolean;
  readonly checklists: readonly Checklist[];
  /** What the workspace refused, and what that means for people. */
  readonly degraded: readonly {
    readonly part: string;
    readonly error: string;
    readonly consequence: string;
  }[];
  readonly notes: readonly Note[];
  /** What people outside the response were told, oldest first. */
  readonly updates: readonly Update[];
  readonly postMortem: { readonly digest: string; readonly permalink: string | null } | null;
  readonly closedAt: Instant | null;
}

export interface Note {
  readonly by: string;
  readonly text: string;
  readonly originalAt: Instant;
  readonly permalink: string | null;
}

export interface Update {
  readonly updateId: string;
  readonly by: string;
  readonly text: string;
  readonly at: Instant;
}
