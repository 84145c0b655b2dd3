/** A replay as it is told over HTTP: times as text, nothing that stands for nothing. */
import type { Instant } from '../../core/ids.js';
import type { Compared } from '../../core/tripwire/compare-findings.js';
import type { Finding } from '../../core/tripwire/finding.js';
import type { ToldAlert, ToldFinding, ToldReplay } from '../../core/tripwire/told-replay.js';
import type { TripwiresReplayed } from './replay-tripwires.js';

export function tellReplay({
  from,
  to,
  agentId,
  incident,
  alerts,
  gone,
  figures,
  lead,
}: TripwiresReplayed): ToldReplay {
  const { records, learned, agents, afterwards, oldestMs, found } = figures;
  return {
    from,
    to,
    agent: agentId,
    incident,
    telemetry: { records, learned, agents, arrivedAfterwards: afterwards, oldest: instantOrNull(oldestMs) },
    fired: found,
    alerts: alerts.map(tellAlert),
    gone: gone.map(tellFinding),
    lead,
  };
}

function tellAlert({ replayed, live, earlierByMs }: Compared): ToldAlert {
  return {
    ...tellFinding(replayed),
    until: instantOf(replayed.untilMs),
    didFireAt: live === null ? null : instantOf(live.firedAtMs),
    earlierBySeconds: earlierByMs === null ? null : earlierByMs / 1000,
  };
}

function tellFinding(finding: Finding): ToldFinding {
  const { rule, tripwire, mode, agentId, tool, sentence, dedupKey, actionIds, traceIds } = finding;
  return {
    rule,
    tripwire,
    mode,
    agentId,
    tool,
    firedAt: instantOf(finding.firedAtMs),
    sentence,
    dedupKey,
    actionAt: instantOrNull(finding.actionAtMs),
    actionIds: [...actionIds],
    traceIds: [...traceIds],
  };
}

function instantOf(ms: number): Instant {
  return new Date(ms).toISOString();
}

function instantOrNull(ms: number | null): Instant | null {
  return ms === null ? null : instantOf(ms);
}
