import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import type { ReplayedFinding } from '../../core/tripwire/replay.js';
import type { Replayed } from '../../core/tripwire/replayed-event.js';
import type { ReplayResult } from '../../telemetry/types.js';
import type { Deps } from '../deps.js';
import { catching } from '../detection/replay-lead.js';
import { rangeOfIncident, type ReplayRange } from '../detection/replay-range.js';
import { replayRange } from '../detection/replay-tripwires.js';

/** Whoever closes an incident waits for it: then the post-mortem says that it is unknown. */
const PATIENCE_MS = 20_000;
/** Alerts that are written down. */
const MOST = 50;

/**
 * Replays the rules in force over an incident's telemetry, for its stream: a draft rests on what was journaled, never on
 * what telemetry would say later. Null for exercises, and where there is no telemetry to ask. Never rejects.
 */
export async function replayForPostMortem(deps: Deps, incident: Incident): Promise<IncidentEvent | null> {
  if (deps.telemetry === undefined || incident.kind === 'drill') return null;
  if (incident.agentId === null && incident.agentLabel === null)
    return eventOf({ ...nothingKnown(deps, null), unknown: 'no-agent' }, []);
  const range = rangeOfIncident(incident, deps.now());
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const asked = { range, rules: deps.registry, besides: incident.name, signal };
    return resultEvent(deps, incident, { range, result: await replayRange(deps, deps.telemetry, asked) });
  } catch (error) {
    deps.log.warn({ err: error, incident: incident.name }, 'the tripwires could not be replayed');
    return eventOf({ ...nothingKnown(deps, range), unknown: 'unfinished' }, []);
  }
}

function resultEvent(
  deps: Deps,
  incident: Incident,
  { range, result }: { readonly range: ReplayRange; readonly result: ReplayResult },
): IncidentEvent {
  const own = new Set(catching(incident, result.findings));
  // Those that concern the incident first: they are what it is about.
  const kept = [...own, ...result.findings.filter((finding) => !own.has(finding))].slice(0, MOST);
  const { records, afterwards, oldestMs, found } = result;
  const isUnknown = records === 0 && found === 0;
  return eventOf(
    {
      ...nothingKnown(deps, range),
      unknown: isUnknown ? 'no-telemetry' : null,
      records,
      afterwards,
      oldest: oldestMs === null ? null : new Date(oldestMs).toISOString(),
      fired: found,
      alerts: kept.map((finding) => alertOf(finding, own.has(finding))),
    },
    kept.map(({ sentence }) => sentence),
  );
}

function nothingKnown({ registry, now }: Deps, range: ReplayRange | null): Omit<Replayed, 'unknown'> {
  return {
    at: now(),
    agentId: range?.agentId ?? null,
    from: range?.from ?? null,
    to: range?.to ?? null,
    runbooks: registry.hash,
    records: 0,
    afterwards: 0,
    oldest: null,
    fired: 0,
    alerts: [],
  };
}

function alertOf(finding: ReplayedFinding, concerns: boolean): Replayed['alerts'][number] {
  const { rule, tripwire, mode, tool, firedAtMs, dedupKey, actionIds, traceIds } = finding;
  return {
    rule,
    tripwire,
    mode,
    tool,
    firedAt: new Date(firedAtMs).toISOString(),
    dedupKey,
    concerns,
    actionIds: [...actionIds],
    traceIds: [...traceIds],
  };
}

function eventOf(data: Replayed, sentences: string[]): IncidentEvent {
  return { type: 'tripwires:replayed', data, private: { sentences } };
}
