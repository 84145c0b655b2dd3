/** What a replay found, beside what did fire: is it the same alert, earlier or later, or would only one of both have been? */
import { EPISODE_GAP_MINUTES } from './episodes.js';
import type { Finding } from './finding.js';
import type { ReplayedFinding } from './replay.js';

/** A replayed finding with its live counterpart; null where nothing fired then. */
export interface Compared {
  readonly replayed: ReplayedFinding;
  readonly live: Finding | null;
  /** How much earlier than it did fire; negative where later, null where it did not. */
  readonly earlierByMs: number | null;
}

export interface Comparison {
  readonly compared: readonly Compared[];
  /** What did fire and would not have. */
  readonly gone: readonly Finding[];
}

const GAP_MS = EPISODE_GAP_MINUTES * 60_000;

/** Each of both is the counterpart of at most one other: of the same wire, agent and tool, while the episode went on. */
export function compareFindings(replayed: readonly ReplayedFinding[], live: readonly Finding[]): Comparison {
  const left = new Set(live.toSorted((a, b) => a.firedAtMs - b.firedAtMs));
  const compared = replayed.map((finding): Compared => {
    const same = nearest(finding, left);
    if (same === null) return { replayed: finding, live: null, earlierByMs: null };
    left.delete(same);
    return { replayed: finding, live: same, earlierByMs: same.firedAtMs - finding.firedAtMs };
  });
  return { compared, gone: [...left] };
}

function nearest(finding: ReplayedFinding, live: Iterable<Finding>): Finding | null {
  const distance = ({ firedAtMs }: Finding): number => Math.abs(firedAtMs - finding.firedAtMs);
  let best: Finding | null = null;
  for (const each of live)
    if (isSame(finding, each) && (best === null || distance(each) < distance(best))) best = each;
  return best;
}

function isSame(replayed: ReplayedFinding, live: Finding): boolean {
  return (
    replayed.agentId === live.agentId &&
    replayed.tool === live.tool &&
    kindOf(replayed) === kindOf(live) &&
    live.firedAtMs >= replayed.firedAtMs - GAP_MS &&
    live.firedAtMs <= replayed.untilMs + GAP_MS
  );
}

/** A cap stands in for a median that is not known yet: of one burst it may be the one or the other. */
function kindOf({ rule, tripwire }: Finding): string {
  return rule.endsWith('-cap') || rule.endsWith('-rate') ? `rate of ${tripwire}` : rule;
}
