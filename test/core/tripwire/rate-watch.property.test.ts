import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MinuteSeries } from '../../../src/core/tripwire/minute-series.js';
import { RateWatch } from '../../../src/core/tripwire/rate-watch.js';

const START = 29_000_000;

/** A week of bursts of a few hours each, so that medians move while time passes. */
const bursts = fc.array(
  fc.record({
    from: fc.integer({ min: -300, max: 10_400 }),
    minutes: fc.integer({ min: 1, max: 400 }),
    amount: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 1, maxLength: 12 },
);
const limits = fc.record({
  width: fc.constantFrom(1, 5, 60),
  factor: fc.constantFrom(0.5, 1, 1.1, 2),
  floor: fc.constantFrom(0, 5),
  cap: fc.constantFrom(3, 50),
  fromActiveHours: fc.constantFrom(0, 3, 24),
});

function seriesOf(given: readonly { from: number; minutes: number; amount: number }[]): MinuteSeries {
  const series = new MinuteSeries();
  for (const { from, minutes, amount } of given)
    for (let minute = 0; minute < minutes; minute++) series.add(START + from + minute, amount);
  return series;
}

describe('a rate watch that remembers', () => {
  it('says the same, minute by minute and back again, as one that works everything out anew', () => {
    fc.assert(
      fc.property(bursts, limits, fc.integer({ min: 10_080, max: 10_500 }), (given, each, end) => {
        const series = seriesOf(given);
        const remembering = new RateWatch([series], each);
        const ends = Array.from({ length: 150 }, (_, index) => START + end + index);

        for (const minute of [...ends, ...ends.toReversed()])
          expect(remembering.over(minute)).toEqual(new RateWatch([series], each).over(minute));
      }),
      { numRuns: 20 },
    );
  });

  it('notices within the hour that what was usual has fallen, and that there is too little left to know', () => {
    const end = START + 20_000;
    const oldest = end - 60 - 10_080 + 1;
    const each = { width: 1, factor: 1, floor: 0, cap: 3, fromActiveHours: 3 };
    const halves = seriesOf([
      { from: oldest - START, minutes: 1100, amount: 100 },
      { from: end - 60 - 999 - START, minutes: 1060, amount: 1 },
      { from: end - START, minutes: 1, amount: 50 },
      { from: end + 55 - START, minutes: 1, amount: 50 },
    ]);
    const remnant = seriesOf([
      { from: oldest - START, minutes: 200, amount: 60 },
      { from: end - START, minutes: 1, amount: 50 },
      { from: end + 30 - START, minutes: 1, amount: 50 },
    ]);
    const over = (series: MinuteSeries, later: number) => {
      const watch = new RateWatch([series], each);
      return [watch.over(end), watch.over(end + later)?.limit ?? null];
    };

    expect(over(halves, 55)).toEqual([null, 1]);
    expect(over(remnant, 30)).toEqual([null, 3]);
  });
});
