/**
 * The rate wires again, slow and obvious: all events are kept, every window is added up from them, and medians are taken by
 * sorting. What the fast ones say is held against it.
 */

export interface RawEvent {
  /** The minute that it counts for. */
  readonly minute: number;
  readonly amount: number;
}

export interface OracleLimits {
  readonly width: number;
  readonly factor: number;
  readonly floor: number;
  readonly cap: number;
  readonly fromActiveHours: number;
  readonly lateMinutes: number;
}

export interface OracleFinding {
  readonly startedMinute: number;
  readonly value: number;
  readonly limit: number;
  readonly isCap: boolean;
}

const WEEK = 7 * 24 * 60;

export class RateOracle {
  readonly events: RawEvent[] = [];
  excluded: readonly { readonly from: number; readonly to: number }[] = [];
  readonly #limits: OracleLimits;
  #episode: { start: number; last: number } | null = null;

  constructor(limits: OracleLimits) {
    this.#limits = limits;
  }

  /** Every window that ended within the allowance. */
  judgeAll(now: number): OracleFinding[] {
    return this.#judge(now - this.#limits.lateMinutes, now);
  }

  /** The windows that one event falls into, of those. */
  judgeFor(event: RawEvent, now: number): OracleFinding[] {
    const from = Math.max(event.minute, now - this.#limits.lateMinutes);
    return this.#judge(from, Math.min(now, event.minute + this.#limits.width - 1));
  }

  #judge(from: number, to: number): OracleFinding[] {
    const findings: OracleFinding[] = [];
    for (let end = from; end <= to; end++) {
      const value = this.#total(end);
      if (value === 0) continue;
      const { limit, isCap } = this.#limit(end);
      if (value > limit && this.#begins(end)) findings.push({ startedMinute: end, value, limit, isCap });
    }
    return findings;
  }

  #total(end: number): number {
    return this.events
      .filter(({ minute }) => minute > end - this.#limits.width && minute <= end)
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  #limit(end: number): { limit: number; isCap: boolean } {
    const active = this.#sums(end).filter((sum) => sum > 0);
    const { fromActiveHours, cap, floor, factor } = this.#limits;
    if (active.length / 60 < fromActiveHours) return { limit: cap, isCap: true };
    // As on paper, where 1.1 times 10 is 11.
    const multiple = Number((factor * median(active)).toPrecision(15));
    return { limit: Math.max(floor, multiple), isCap: false };
  }

  /** Of each window that ended in the 7 days before the hour under test, and that no incident touches. */
  #sums(end: number): number[] {
    const { width } = this.#limits;
    const newest = end - Math.max(60, width);
    const oldest = newest - WEEK + 1;
    const sums = Array.from({ length: WEEK }, () => 0);
    for (const { minute, amount } of this.events)
      for (let each = minute; each < minute + width; each++)
        if (each >= oldest && each <= newest) sums[each - oldest] = (sums[each - oldest] ?? 0) + amount;
    return sums.filter((_, index) => {
      const to = oldest + index;
      return !this.excluded.some((range) => range.from <= to && range.to >= to - width + 1);
    });
  }

  #begins(end: number): boolean {
    const episode = this.#episode;
    const isSame = episode !== null && end - episode.last <= 60 && Math.abs(end - episode.start) <= 24 * 60;
    if (isSame) episode.last = Math.max(episode.last, end);
    else this.#episode = { start: end, last: end };
    return !isSame;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const { length } = sorted;
  if (length === 0) return 0;
  return ((sorted[Math.floor((length - 1) / 2)] ?? 0) + (sorted[Math.ceil((length - 1) / 2)] ?? 0)) / 2;
}
