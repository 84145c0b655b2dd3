import { compareFindings, type Compared } from '../../core/tripwire/compare-findings.js';
import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import type { Incident } from '../../core/incident.js';
import type { Finding } from '../../core/tripwire/finding.js';
import type { Lead } from '../../core/tripwire/told-replay.js';
import { readTripwires } from '../../registry/read-tripwires.js';
import type { Fault } from '../../registry/registry-error.js';
import type { Registry } from '../../registry/registry.js';
import type { ReplayResult, Telemetry } from '../../telemetry/types.js';
import type { Deps } from '../deps.js';
import { leadOf } from './replay-lead.js';
import { periodsFor, rangeOfIncident, type ReplayRange } from './replay-range.js';
import { readIncident } from '../incidents/read-incident.js';

export interface ReplayTripwires {
  /** A whole `tripwires.yml` and what to call it; null replays the rules that are in force. */
  readonly file: { readonly name: string; readonly text: string } | null;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly agentId: string | null;
  readonly incident: string | null;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

export interface TripwiresReplayed extends ReplayRange {
  readonly kind: 'replayed';
  readonly incident: string | null;
  readonly alerts: readonly Compared[];
  /** What did fire and would not have. */
  readonly gone: readonly Finding[];
  readonly figures: Omit<ReplayResult, 'findings'>;
  /** Of the incident that was asked about; null without one. */
  readonly lead: Lead | null;
}

/** Where the file is not as it has to be, with every fault and its line. */
export type ReplayOutcome =
  | TripwiresReplayed
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** As far back as the wires look for what is usual. */
const DEFAULT_MS = 7 * 86_400_000;
/** Live findings that are compared with. */
const MOST_LIVE = 10_000;

/** Which alerts some rules would have made of stored telemetry, beside those that were made. Writes nothing. */
export async function replayTripwires(
  deps: Deps,
  telemetry: Telemetry,
  input: ReplayTripwires,
): Promise<ReplayOutcome> {
  const rules = rulesOf(deps.registry, input.file);
  if (rules.kind === 'faults') return rules;
  const incident = input.incident === null ? null : (await readIncident(deps.store, input.incident)).incident;
  const range = rangeOf(deps, input, incident);
  const { findings, ...figures } = await replayRange(deps, telemetry, {
    range,
    rules: rules.rules,
    besides: incident?.name ?? null,
    ...(input.signal !== undefined && { signal: input.signal }),
  });
  const live = await telemetry.findings({
    fromMs: Date.parse(range.from),
    toMs: Date.parse(range.to),
    ...(range.agentId !== null && { agentId: range.agentId }),
    limit: MOST_LIVE,
  });
  const { compared, gone } = compareFindings(findings, live);
  const lead = incident === null ? null : leadOf(incident, findings);
  return {
    kind: 'replayed',
    ...range,
    incident: incident?.name ?? null,
    alerts: compared,
    gone,
    figures,
    lead,
  };
}

export interface ReplayOne {
  readonly range: ReplayRange;
  readonly rules: Pick<Registry, 'tripwires' | 'routes'>;
  /** The incident whose own time counts like any other. */
  readonly besides: string | null;
  readonly signal?: AbortSignal;
}

/** The replay itself, in a thread of telemetry's. */
export async function replayRange(
  deps: Deps,
  telemetry: Pick<Telemetry, 'replay'>,
  { range, rules, besides, signal }: ReplayOne,
): Promise<ReplayResult> {
  const request = {
    agents: new Map([...deps.registry.agents].map(([id, { tools }]) => [id, { tools }])),
    routes: rules.routes,
    tripwires: rules.tripwires,
    fromMs: Date.parse(range.from),
    toMs: Date.parse(range.to),
    agentId: range.agentId,
    periods: await periodsFor(deps, range, besides),
  };
  return telemetry.replay(request, signal);
}

function rulesOf(registry: Registry, file: ReplayTripwires['file']): ReturnType<typeof readTripwires> {
  if (file === null) return { kind: 'read', rules: registry };
  return readTripwires(registry, file.name, new TextEncoder().encode(file.text));
}

function rangeOf(deps: Deps, input: ReplayTripwires, incident: Incident | null): ReplayRange {
  const now = deps.now();
  const whole = incident === null ? null : rangeOfIncident(incident, now);
  const to = earlier(input.to ?? whole?.to ?? now, now);
  const from = input.from ?? whole?.from ?? new Date(Date.parse(to) - DEFAULT_MS).toISOString();
  if (from >= to)
    throw new DomainError(
      'invalid-input',
      `From ${from} to ${to} is no time: begin before the end, and before now.`,
    );
  if (whole !== null && input.agentId !== null && input.agentId !== whole.agentId)
    throw new DomainError(
      'invalid-input',
      `${input.incident} is about ${whole.agentId}, not ${input.agentId}: name one of both.`,
    );
  return { from, to, agentId: whole?.agentId ?? input.agentId };
}

function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}
