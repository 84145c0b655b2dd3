/**
 * What is kept of a record once it has been seen: sums over UTC minutes, from which the wires' state can be rebuilt. Whole
 * numbers only, so that sums do not depend on the order of their parts.
 */
import type { ActionRecord, Cost } from '../action-record.js';

/**
 * spend: billionths of a dollar. unpriced: inferences whose cost nobody knows. checks, spans: tool calls as the guard and
 * as spans or log records told them. other: everything else, for it too says that the agent is there. `checks:<tool>` and
 * `spans:<tool>` are kept only for tools with limits of their own.
 */
export type SeriesName =
  | 'spend'
  | 'unpriced'
  | 'checks'
  | 'spans'
  | 'other'
  | `checks:${string}`
  | `spans:${string}`;

/** One minute of one series; rows of the same agent, series and minute add up. */
export interface MinuteRollup {
  readonly series: SeriesName;
  /** Minutes since the epoch, UTC. */
  readonly minute: number;
  readonly value: number;
}

/** When an agent last used an endpoint; of two rows the later counts. */
export interface EndpointUse {
  readonly endpoint: string;
  readonly minute: number;
}

export interface Rollups {
  readonly minutes: readonly MinuteRollup[];
  readonly endpoint: EndpointUse | null;
}

export const NANO_PER_USD = 1e9;
/** No single call costs more; a larger figure is a fault of its sender, and its cost is unknown. */
const MOST_USD = 100_000;
const MS_PER_MINUTE = 60_000;

/** The UTC minute that a moment lies in. Wall clocks and their jumps in spring and autumn do not enter. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MS_PER_MINUTE);
}

/** The moment at which a minute begins. */
export function startOfMinute(minute: number): number {
  return minute * MS_PER_MINUTE;
}

/** When it counts: nothing can have happened after it reached us, whatever the sender's clock says. */
export function countedMinute({ atMs, receivedAtMs }: ActionRecord): number {
  return minuteOf(Math.min(atMs, receivedAtMs));
}

/** What one record adds. `watchedTools` have limits of their own (`WireSettings.watchedTools`). */
export function rollupsOf(record: ActionRecord, watchedTools: ReadonlySet<string>): Rollups {
  const minute = countedMinute(record);
  return {
    minutes: amountsOf(record, watchedTools).map(([series, value]) => ({ series, minute, value })),
    endpoint:
      record.kind === 'tool' && record.endpoint !== null ? { endpoint: record.endpoint, minute } : null,
  };
}

type Amounts = readonly (readonly [series: SeriesName, value: number])[];

function amountsOf(record: ActionRecord, watchedTools: ReadonlySet<string>): Amounts {
  if (record.kind === 'inference') return costOf(record);
  if (record.kind !== 'tool') return OTHER;
  const counted = record.origin === 'check' ? CHECK : SPAN;
  const { tool } = record;
  if (tool === null || !watchedTools.has(tool)) return counted;
  return [...counted, [record.origin === 'check' ? `checks:${tool}` : `spans:${tool}`, 1]];
}

const OTHER: Amounts = [['other', 1]];
const CHECK: Amounts = [['checks', 1]];
const SPAN: Amounts = [['spans', 1]];

/** A price of nothing is a price; an unknown one is counted apart and never as nothing. */
function costOf({ cost, outcome }: ActionRecord): Amounts {
  if (cost === null) return OTHER;
  if (isPriced(cost)) return spent(cost.usd);
  return isUnmetered({ cost, outcome }) ? OTHER : [['unpriced', 1]];
}

/** Less than a billionth is no sum, but a sign of life. */
function spent(usd: number): Amounts {
  const nano = Math.round(usd * NANO_PER_USD);
  return nano === 0 ? OTHER : [['spend', nano]];
}

/** Is there an amount, and one that a call can cost? */
export function isPriced(cost: Cost): cost is Cost & { readonly usd: number } {
  return cost.usd !== null && cost.usd >= 0 && cost.usd <= MOST_USD;
}

/** A call that failed and reports no tokens was refused before it cost anything anybody could know of. */
export function isUnmetered({ cost, outcome }: Pick<ActionRecord, 'cost' | 'outcome'>): boolean {
  return outcome === 'error' && cost !== null && cost.inputTokens === null && cost.outputTokens === null;
}
