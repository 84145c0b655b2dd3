/** Holds sliding windows of one measure against a multiple of their median, or against a cap while there is none. */
import {
  baselineOf,
  STEADY_MINUTES,
  windowsBefore,
  windowValue,
  type Measure,
  type MinuteRange,
} from './baseline.js';

/** In units of the measure. */
export interface RateLimits {
  /** Minutes that a window is long. */
  readonly width: number;
  readonly factor: number;
  /** A limit is never lower. */
  readonly floor: number;
  /** The limit below `fromActiveHours`. */
  readonly cap: number;
  readonly fromActiveHours: number;
}

export interface RateLimit {
  readonly limit: number;
  readonly median: number | null;
  readonly activeHours: number;
  /** The cap, for want of a baseline. */
  readonly isCap: boolean;
  /** The floor: the multiple of the median is below it. */
  readonly isFloor: boolean;
}

/** A window above its limit. */
export interface Over extends RateLimit {
  /** The last minute of the window. */
  readonly end: number;
  readonly value: number;
}

const WINDOWS_PER_HOUR = 60;
const NOT_STEADY = { end: 0, least: 0 };
/** Ends that records still come for; after a jump of the clock some are worked out twice. */
const REMEMBERED_LIMITS = 16;

export class RateWatch {
  readonly measure: Measure;
  readonly limits: RateLimits;
  #excluded: readonly MinuteRange[] = [];
  readonly #known = new Map<number, RateLimit>();
  /** No limit of a window that ends within `STEADY_MINUTES` of `end` is below `least`. */
  #steady = NOT_STEADY;

  constructor(measure: Measure, limits: RateLimits) {
    this.measure = measure;
    this.limits = limits;
  }

  exclude(ranges: readonly MinuteRange[]): void {
    this.#excluded = ranges;
    this.forgetLimits();
  }

  /** What is usual has changed: limits are worked out anew when they are next needed. */
  forgetLimits(): void {
    this.#known.clear();
    this.#steady = NOT_STEADY;
  }

  /**
   * Is the window that ends with this minute above its limit? Exactly at the limit is not above it. The median is worked
   * out once for each end, and only for a window above the least that its limit can be.
   */
  over(end: number): Over | null {
    const { width, floor, cap } = this.limits;
    const value = windowValue(this.measure, end, width);
    if (value <= Math.min(floor, cap)) return null;
    if (value <= this.#steady.least && Math.abs(end - this.#steady.end) <= STEADY_MINUTES) return null;
    const limit = this.limitAt(end);
    return value > limit.limit ? { ...limit, end, value } : null;
  }

  limitAt(end: number): RateLimit {
    const known = this.#known.get(end);
    if (known !== undefined) return known;
    const limit = this.#work(end);
    if (this.#known.size >= REMEMBERED_LIMITS) this.#known.clear();
    this.#known.set(end, limit);
    return limit;
  }

  #work(end: number): RateLimit {
    const { width, factor, floor, cap, fromActiveHours } = this.limits;
    const windows = windowsBefore(end, width);
    const { median, activeWindows, steadyLeast } = baselineOf(this.measure, windows, this.#excluded);
    const activeHours = activeWindows / WINDOWS_PER_HOUR;
    const isCap = activeHours < fromActiveHours;
    const multiple = product(factor, median ?? 0);
    const limit = isCap ? cap : Math.max(floor, multiple);
    const uncapped = Math.max(floor, product(factor, steadyLeast));
    const mayBeCap = activeWindows - STEADY_MINUTES < fromActiveHours * WINDOWS_PER_HOUR;
    this.#steady = { end, least: mayBeCap ? Math.min(cap, uncapped) : uncapped };
    return { limit, median, activeHours, isCap, isFloor: !isCap && multiple < floor };
  }
}

const SIGNIFICANT_DIGITS = 15;

/** As on paper: 1.15 times 100 is 115, and 115 is not above it. */
export function product(factor: number, amount: number): number {
  return Number((factor * amount).toPrecision(SIGNIFICANT_DIGITS));
}
