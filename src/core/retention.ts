/** How long telemetry is kept, and what is held beyond that. */
import type { Instant } from './ids.js';
import type { Incident } from './incident.js';

/** `retention.yml` */
export interface Retention {
  readonly days: number;
  /** For agents that move money, and for every trace that one of them has a part in. */
  readonly financialDays: number;
  /** Held before and after each incident, beside the incident itself. */
  readonly incidentMarginHours: number;
}

export const DEFAULT_RETENTION: Retention = { days: 90, financialDays: 2_557, incidentMarginHours: 24 };

/** What is held for one incident until a person releases it. */
export interface IncidentHold {
  readonly incident: string;
  /** null: of every agent, for nobody knows which. */
  readonly agentId: string | null;
  /** It is only what an alert called it: if nobody of that name was ever heard, everybody may be meant. */
  readonly isLabel?: true | undefined;
  readonly fromMs: number;
  /** null while it is open. */
  readonly toMs: number | null;
  /** Findings of our own wires, whose traces are held whenever they happened. */
  readonly dedupKeys: readonly string[];
}

const MS_PER_HOUR = 3_600_000;

/** An incident's hold: what its agent did from before the first sign of it until after its end. */
export function holdOf(incident: Incident, { incidentMarginHours }: Retention): IncidentHold {
  const { name, agentId, agentLabel, chain, openedAt, closedAt, alerts } = incident;
  const marginMs = incidentMarginHours * MS_PER_HOUR;
  const known = [openedAt, chain.action?.at, chain.signal?.at, ...alerts.map(({ startsAt }) => startsAt)];
  const first = Math.min(
    ...known.filter((at): at is Instant => at !== undefined).map((at) => Date.parse(at)),
  );
  return {
    incident: name,
    agentId: agentId ?? agentLabel,
    ...(agentId === null && agentLabel !== null && { isLabel: true }),
    fromMs: first - marginMs,
    toMs: closedAt === null ? null : Date.parse(closedAt) + marginMs,
    dedupKeys: alerts.map(({ dedupKey }) => dedupKey),
  };
}

/** How much of what was kept or deleted. */
export interface PurgeCount {
  readonly records: number;
  /** Traces of which something was said. */
  readonly traces: number;
}

/** What one purge did, and what it left, with why. Times are null where there is nothing. */
export interface PurgeReport {
  readonly id: number;
  /** UTC, such as 2026-11-22. */
  readonly day: string;
  /** Older than this was deleted, if nothing kept it. */
  readonly keptSinceMs: number;
  readonly financialSinceMs: number;
  readonly deleted: PurgeCount;
  readonly newestDeletedMs: number | null;
  readonly oldestDeletedMs: number | null;
  /** Of what is older than `keptSinceMs`. */
  readonly kept: { readonly incident: PurgeCount; readonly financial: PurgeCount };
  readonly oldestKeptMs: number | null;
  /** Incidents that hold something. */
  readonly holds: number;
}
