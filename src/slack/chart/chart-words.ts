/** A chart in words: for its labels, and as a whole for who cannot see it. Times are UTC. */
import type { AlertChart } from '../../core/alert-chart.js';
import { clock, count, dayAndClock, minutesLong, named, usd } from '../../core/tripwire/wording.js';
import { minuteOf } from '../../core/tripwire/rollup.js';

/** Whose chart it is: the agent, and what of it. */
export interface ChartTitle {
  readonly agentId: string;
  readonly tool: string | null;
}

export function amount(chart: AlertChart, value: number): string {
  return chart.unit === 'USD' ? usd(toCents(value)) : count(Math.round(value * 10) / 10);
}

/** Sums of floating point numbers are a hair off; what is less than a cent is left as it is. */
function toCents(value: number): number {
  return Math.abs(value) < 0.005 ? value : Math.round(value * 100) / 100;
}

/** `$41.20`, `312 calls`. */
export function amountWithUnit(chart: AlertChart, value: number): string {
  return chart.unit === 'USD' ? usd(value) : `${amount(chart, value)} ${value === 1 ? 'call' : 'calls'}`;
}

export function newest({ points }: AlertChart): AlertChart['points'][number] {
  return points.at(-1) ?? { atMs: 0, value: 0 };
}

/** `2.1× the limit`; where it is hardly more, the difference says more than the factor. */
export function excess(chart: AlertChart): string {
  const { value } = newest(chart);
  const over = value - chart.limit;
  const difference = amount(chart, Math.abs(over));
  if (over === 0) return 'exactly at the limit';
  if (over < 0) return `${difference} below the limit`;
  const factor = chart.limit > 0 ? value / chart.limit : Number.POSITIVE_INFINITY;
  if (factor < 1.2 || factor >= 1000) return `${difference} over the limit`;
  return `${factor.toFixed(factor < 100 ? 1 : 0)}× the limit`;
}

/** `billing-agent · spend in the hour to 03:12 UTC`. */
export function headline(chart: AlertChart, title: ChartTitle): string {
  return `${titleWords(chart, title)} in the ${windowName(chart)} to ${clockOf(newest(chart).atMs)} UTC`;
}

function titleWords(chart: AlertChart, { agentId, tool }: ChartTitle): string {
  const what = chart.unit === 'USD' ? 'spend' : tool === null ? 'calls' : `calls of ${named(tool)}`;
  return `${named(agentId)} · ${what}`;
}

/** What the picture shows, with its numbers. */
export function altText(chart: AlertChart, title: ChartTitle): string {
  const { value, atMs } = newest(chart);
  const first = chart.points[0]?.atMs ?? atMs;
  const over = amountWithUnit(chart, Math.abs(value - chart.limit));
  const side = value > chart.limit ? `${over} over` : value < chart.limit ? `${over} below` : 'exactly at';
  const median = chart.median === null ? 'no median yet' : `7-day median ${amount(chart, chart.median)}`;
  return [
    `Line chart: ${titleWords(chart, title)} in the sliding ${windowName(chart)},`,
    `${dayAndClock(minuteOf(first))} to ${clockOf(atMs)} UTC.`,
    `At ${clockOf(atMs)}: ${amountWithUnit(chart, value)}, ${side} the limit of ${amount(chart, chart.limit)}; ${median}.`,
    rise(chart),
  ].join(' ');
}

/** Since when it has been above, as far as the picture goes back. */
function rise(chart: AlertChart): string {
  const { points, limit } = chart;
  const below = points.findLastIndex(({ value }) => value <= limit);
  const since = points[below + 1];
  if (since === undefined) return 'It is not above the limit now.';
  return below === -1
    ? 'It has been above the limit for as long as the chart shows.'
    : `Above the limit since about ${clockOf(since.atMs)}.`;
}

export function clockOf(atMs: number): string {
  return clock(minuteOf(atMs));
}

function windowName({ windowMinutes = 60 }: AlertChart): string {
  return windowMinutes === 60 ? 'hour' : minutesLong(windowMinutes);
}
