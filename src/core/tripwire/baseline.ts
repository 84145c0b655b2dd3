/**
 * What is usual for an agent: the median of its active sliding windows. A window ends with each minute; it is active where
 * something happened in it. Nights do not pull the median to nothing, and 60 active windows are one active hour.
 */
import type { MinuteSeries } from './minute-series.js';

/** Several counts of the same acts: the larger one counts, window by window. */
export type Measure = readonly MinuteSeries[];

/** Windows that end from `from` up to and with `to`, each `width` minutes long. */
export interface Windows {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

export interface Baseline {
  /** null where there was no active window. */
  readonly median: number | null;
  readonly activeWindows: number;
  /**
   * No median of windows that end up to `STEADY_MINUTES` earlier or later is below it: with each minute one window goes
   * and one comes, which moves the middle by one rank at most.
   */
  readonly steadyLeast: number;
}

/** Minutes of incidents, both ends included. Windows that touch one are left out. */
export interface MinuteRange {
  readonly from: number;
  readonly to: number;
}

/** A baseline looks back so far, from before the hour that is under test. */
export const BASELINE_MINUTES = 7 * 1440;
/** For so long a baseline also says something about those of other minutes. */
export const STEADY_MINUTES = 60;
/** The hour that is under test, and what belongs to it, is no part of what it is held against. */
export const BASELINE_GAP_MINUTES = 60;

/** The value of the window that ends with a minute. */
export function windowValue(measure: Measure, end: number, width: number): number {
  let most = 0;
  for (const series of measure) most = Math.max(most, series.sum(end - width + 1, end));
  return most;
}

/** The windows that the one ending with `end` is held against: those that ended in the 7 days before its hour. */
export function windowsBefore(end: number, width: number): Windows {
  const to = end - Math.max(BASELINE_GAP_MINUTES, width);
  return { from: to - BASELINE_MINUTES + 1, to, width };
}

/** Holds nothing between calls; here so that a median a minute for each of thousands of agents makes no garbage. */
const scratch = new Float64Array(BASELINE_MINUTES);

export function baselineOf(measure: Measure, windows: Windows, excluded: readonly MinuteRange[]): Baseline {
  const sweeps = measure.map((series) => new Sweep(series, windows));
  const gone = endsTouching(excluded, windows.width);
  let active = 0;
  for (let end = windows.from; end <= windows.to;) {
    let next = windows.to + 1;
    let value = 0;
    for (const sweep of sweeps) {
      next = Math.min(next, sweep.nextChange());
      value = Math.max(value, sweep.value);
    }
    if (value > 0) {
      const count = next - end - overlap(gone, end, next);
      scratch.fill(value, active, active + count);
      active += count;
    }
    for (const sweep of sweeps) sweep.moveTo(next);
    end = next;
  }
  const values = scratch.subarray(0, active);
  return {
    median: medianOf(values),
    activeWindows: active,
    steadyLeast: belowMiddle(values, STEADY_MINUTES),
  };
}

/** One window sliding over one series: its value changes only where a minute enters or leaves. */
class Sweep {
  value = 0;
  readonly #series: MinuteSeries;
  readonly #width: number;
  #entering: number;
  #leaving: number;

  constructor(series: MinuteSeries, { from, width }: Windows) {
    this.#series = series;
    this.#width = width;
    this.#entering = series.indexFrom(from - width + 1);
    this.#leaving = this.#entering;
    this.moveTo(from);
  }

  /** Lets the window end with this minute. */
  moveTo(end: number): void {
    const series = this.#series;
    for (; this.#entering < series.length && series.minuteAt(this.#entering) <= end; this.#entering++)
      this.value += series.valueAt(this.#entering);
    for (; this.#leaving < this.#entering && this.#leavesAt() <= end; this.#leaving++)
      this.value -= series.valueAt(this.#leaving);
  }

  nextChange(): number {
    const enters =
      this.#entering < this.#series.length ? this.#series.minuteAt(this.#entering) : Number.POSITIVE_INFINITY;
    return this.#leaving < this.#entering ? Math.min(enters, this.#leavesAt()) : enters;
  }

  #leavesAt(): number {
    return this.#series.minuteAt(this.#leaving) + this.#width;
  }
}

/** Ends of windows that touch an excluded minute: sorted, without overlaps. */
function endsTouching(excluded: readonly MinuteRange[], width: number): MinuteRange[] {
  const merged: { from: number; to: number }[] = [];
  for (const range of excluded.toSorted((one, other) => one.from - other.from)) {
    const to = range.to + width - 1;
    const last = merged.at(-1);
    if (last !== undefined && range.from <= last.to + 1) last.to = Math.max(last.to, to);
    else merged.push({ from: range.from, to });
  }
  return merged;
}

/** How many of the minutes from `from` to before `next` lie in the ranges. */
function overlap(ranges: readonly MinuteRange[], from: number, next: number): number {
  let minutes = 0;
  for (const range of ranges)
    minutes += Math.max(0, Math.min(range.to, next - 1) - Math.max(range.from, from) + 1);
  return minutes;
}

/** The middle one, or the mean of the two in the middle, as Prometheus has it. Sorts in part. */
export function medianOf(values: Float64Array): number | null {
  const { length } = values;
  if (length === 0) return null;
  const upper = length >> 1;
  partSort(values, upper);
  const high = values[upper] ?? 0;
  if (length % 2 === 1) return high;
  let low = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < upper; index++) low = Math.max(low, values[index] ?? 0);
  return (low + high) / 2;
}

/** The value so many ranks below the middle of values that `medianOf` has sorted in part; 0 where there are not as many. */
function belowMiddle(values: Float64Array, ranks: number): number {
  const rank = ((values.length - 1) >> 1) - ranks;
  if (rank < 0) return 0;
  partSort(values.subarray(0, values.length >> 1), rank);
  return values[rank] ?? 0;
}

/** Puts the value that belongs at `rank` there, none larger before it and none smaller behind (Hoare's selection). */
function partSort(values: Float64Array, rank: number): void {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >>> 1] ?? 0;
    let low = left;
    let high = right;
    while (low <= high) {
      while ((values[low] ?? 0) < pivot) low++;
      while ((values[high] ?? 0) > pivot) high--;
      if (low > high) break;
      const swapped = values[low] ?? 0;
      values[low++] = values[high] ?? 0;
      values[high--] = swapped;
    }
    if (rank <= high) right = high;
    else if (rank >= low) left = low;
    else return;
  }
}
