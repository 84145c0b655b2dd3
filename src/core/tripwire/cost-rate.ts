/**
 * Spend in any sliding hour above twice the median of the agent's active sliding hours in the 7 days before it. Under a
 * day of active hours the median says nothing: an absolute cap holds until then.
 */
import type { ActionRecord } from '../action-record.js';
import { windowValue, type Measure } from './baseline.js';
import type { FindingChart, TripwireRule } from './finding.js';
import type { MinuteSeries } from './minute-series.js';
import type { WireParameters } from './parameters.js';
import { product, type Over, type RateLimits } from './rate-watch.js';
import { isPriced, isUnmetered, NANO_PER_USD, startOfMinute } from './rollup.js';
import {
  activeHours,
  clock,
  count,
  counted,
  floorWords,
  named,
  shortHistory,
  usd,
  usdPair,
} from './wording.js';

export const COST_WINDOW_MINUTES = 60;
const CHART_HOURS = 3;
const CHART_STEP_MINUTES = 3;

export function costLimits(parameters: WireParameters): RateLimits {
  const { factor, floorUsd, fromActiveHours } = parameters['cost-rate'];
  return {
    width: COST_WINDOW_MINUTES,
    factor,
    floor: product(floorUsd, NANO_PER_USD),
    cap: product(parameters['cost-cap'].capUsd, NANO_PER_USD),
    fromActiveHours,
  };
}

export function costRule({ isCap }: Over): TripwireRule {
  return isCap ? 'cost-cap' : 'cost-rate';
}

/** `$41.20 in the hour to 03:12, 7-day median $9.80 over 131 active hours, limit $19.60`. */
export function costSentence(agentId: string, over: Over, unpriced: MinuteSeries): string {
  const [spent, limit] = usdPair(over.value / NANO_PER_USD, over.limit / NANO_PER_USD);
  const against = over.isCap
    ? `${shortHistory(over.activeHours)}, limit ${limit}`
    : `7-day median ${usd((over.median ?? 0) / NANO_PER_USD)} over ${activeHours(over.activeHours)}, limit ${limit}${floorWords(over)}`;
  const unknown = unpriced.sum(over.end - COST_WINDOW_MINUTES + 1, over.end);
  const rest = unknown === 0 ? '' : `; ${counted(unknown, 'call')} of unknown price not included`;
  return `${named(agentId)}: ${spent} in the hour to ${clock(over.end)}, ${against}${rest} (UTC).`;
}

export function costChart(measure: Measure, over: Over): FindingChart {
  return {
    unit: 'USD',
    points: pointsOf(measure, { end: over.end, width: COST_WINDOW_MINUTES, unit: NANO_PER_USD }),
    median: over.isCap || over.median === null ? null : over.median / NANO_PER_USD,
    limit: over.limit / NANO_PER_USD,
  };
}

/** The sliding window over the last three hours, up to and with the one that is over. */
export function pointsOf(
  measure: Measure,
  { end, width, unit }: { readonly end: number; readonly width: number; readonly unit: number },
): FindingChart['points'] {
  const steps = (CHART_HOURS * 60) / CHART_STEP_MINUTES;
  return Array.from({ length: steps + 1 }, (_, index) => {
    const minute = end - (steps - index) * CHART_STEP_MINUTES;
    return { atMs: startOfMinute(minute), value: windowValue(measure, minute, width) / unit };
  });
}

/** Why nobody knows what a call cost; null where it is known, or nobody could know. */
export function unknownCost(record: ActionRecord): string | null {
  const { cost, agentId } = record;
  if (record.kind !== 'inference' || cost === null || isPriced(cost) || isUnmetered(record)) return null;
  const who = `${named(agentId)}: what a call of ${cost.model === null ? 'a model without a name' : `the model ${named(cost.model)}`} cost is unknown`;
  if (cost.usd !== null)
    return `${who}: it reports an amount that no call can cost. The cost wire cannot see this spending.`;
  if (cost.reason === 'other-currency')
    return `${who}: it reports it in another currency than US dollars. The cost wire cannot see this spending.`;
  if (cost.inputTokens === null && cost.outputTokens === null)
    return `${who}: it reports neither a cost nor tokens. The cost wire cannot see this spending.`;
  const tokens = `${tokenCount(cost.inputTokens)} in, ${tokenCount(cost.outputTokens)} out`;
  return `${who} (tokens: ${tokens}): it reports no cost, and prices.yml has no price for it. The cost wire cannot see this spending.`;
}

function tokenCount(tokens: number | null): string {
  return tokens === null ? 'unknown' : count(tokens);
}
