/** How much earlier than people an incident would have been noticed. */
import type { Instant } from '../../core/ids.js';
import type { Incident } from '../../core/incident.js';
import { EPISODE_GAP_MINUTES } from '../../core/tripwire/episodes.js';
import type { ReplayedFinding } from '../../core/tripwire/replay.js';
import type { Lead } from '../../core/tripwire/told-replay.js';

export function leadOf(incident: Incident, findings: readonly ReplayedFinding[]): Lead {
  const { action, page, acknowledgement } = incident.chain;
  const [first] = catching(incident, findings);
  return {
    actionAt: action?.at ?? null,
    pagedAt: page?.at ?? null,
    acknowledgedAt: acknowledgement?.at ?? null,
    first:
      first === undefined
        ? null
        : {
            firedAt: new Date(first.firedAtMs).toISOString(),
            rule: first.rule,
            beforePageSeconds: secondsBefore(first, page?.at),
            beforeAcknowledgementSeconds: secondsBefore(first, acknowledgement?.at),
          },
  };
}

/** Those that belong to the incident: still going on at the act, or later than it. What was over by then is another story. */
export function catching(
  { chain, openedAt }: Incident,
  findings: readonly ReplayedFinding[],
): ReplayedFinding[] {
  const began = Math.min(Date.parse(chain.action?.at ?? openedAt), Date.parse(openedAt));
  return findings.filter(({ untilMs }) => untilMs >= began - EPISODE_GAP_MINUTES * 60_000);
}

function secondsBefore({ firedAtMs }: ReplayedFinding, at: Instant | undefined): number | null {
  return at === undefined ? null : (Date.parse(at) - firedAtMs) / 1000;
}
