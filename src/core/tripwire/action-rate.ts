/**
 * Calls above three times the 7-day median at the same window, and endpoints that were not used for 7 days. An act may be
 * told by its check and by its span: of both counts the larger is taken, so that neither order nor identity matters.
 */
import { BASELINE_MINUTES, type Measure } from './baseline.js';
import { pointsOf } from './cost-rate.js';
import type { FindingChart, TripwireRule } from './finding.js';
import type { WireParameters } from './parameters.js';
import type { Over, RateLimits } from './rate-watch.js';
import {
  activeHours,
  clock,
  count,
  counted,
  floorWords,
  minutesLong,
  named,
  shortHistory,
} from './wording.js';

export function callLimits(parameters: WireParameters): RateLimits {
  const { windowMinutes, factor, floorCalls, fromActiveHours } = parameters['call-rate'];
  const { capCalls } = parameters['call-cap'];
  return { width: windowMinutes, factor, floor: floorCalls, cap: capCalls, fromActiveHours };
}

export function callRule({ isCap }: Over): TripwireRule {
  return isCap ? 'call-cap' : 'call-rate';
}

/** Who called too often: the agent altogether, or one of its tools. */
export interface Caller {
  readonly agentId: string;
  readonly tool: string | null;
  readonly width: number;
}

export function callSentence({ agentId, tool, width }: Caller, over: Over): string {
  const what = tool === null ? '' : ` of ${named(tool)}`;
  const limit = count(over.limit);
  const against = over.isCap
    ? `${shortHistory(over.activeHours)}, limit ${limit}`
    : `7-day median ${count(over.median ?? 0)} over ${activeHours(over.activeHours)}, limit ${limit}${floorWords(over)}`;
  return `${named(agentId)}: ${counted(over.value, 'call')}${what} in the ${minutesLong(width)} to ${clock(over.end)}, ${against} (UTC).`;
}

export function callChart(measure: Measure, over: Over, width: number): FindingChart {
  return {
    unit: 'calls',
    points: pointsOf(measure, { end: over.end, width, unit: 1 }),
    median: over.isCap ? null : over.median,
    limit: over.limit,
    windowMinutes: width,
  };
}

/** More endpoints than that are addresses without a template; what does not fit stays new. */
const MOST_ENDPOINTS = 1000;

/** When each endpoint was used last. */
export class Endpoints {
  readonly #lastMinute = new Map<string, number>();

  constructor(uses: Iterable<{ readonly endpoint: string; readonly minute: number }> = []) {
    for (const { endpoint, minute } of uses)
      this.#lastMinute.set(endpoint, Math.max(minute, this.#lastMinute.get(endpoint) ?? minute));
  }

  /** Notes a use. `isNew` unless there was one in the 7 days before it (or after it: a late record is no news). */
  use(endpoint: string, minute: number): { readonly isNew: boolean; readonly lastMinute: number | null } {
    const lastMinute = this.#lastMinute.get(endpoint) ?? null;
    if (lastMinute === null && this.#lastMinute.size >= MOST_ENDPOINTS)
      this.#forgetBefore(minute - BASELINE_MINUTES);
    if (lastMinute !== null || this.#lastMinute.size < MOST_ENDPOINTS)
      this.#lastMinute.set(endpoint, Math.max(minute, lastMinute ?? minute));
    return { isNew: lastMinute === null || minute - lastMinute > BASELINE_MINUTES, lastMinute };
  }

  #forgetBefore(oldest: number): void {
    for (const [endpoint, minute] of this.#lastMinute) if (minute < oldest) this.#lastMinute.delete(endpoint);
  }
}

/**
 * The minute from which on what is new to an agent is news: so many hours after its first act within the 7 days before
 * `minute`. Null where it has not acted in them.
 */
export function learnedFrom(measure: Measure, minute: number, learningHours: number): number | null {
  const firsts = measure.flatMap((series) => {
    const index = series.indexFrom(minute - BASELINE_MINUTES);
    return index < series.length ? [series.minuteAt(index)] : [];
  });
  return firsts.length === 0 ? null : Math.min(...firsts) + learningHours * 60;
}
