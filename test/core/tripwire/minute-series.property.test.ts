import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianOf } from '../../../src/core/tripwire/baseline.js';
import { KEPT_MINUTES, MinuteSeries } from '../../../src/core/tripwire/minute-series.js';

const adds = fc.array(
  fc.record({
    minute: fc.oneof(
      fc.integer({ min: 29_000_000, max: 29_000_200 }),
      fc.integer({ min: 29_000_000, max: 29_000_000 + 2 * KEPT_MINUTES }),
      fc.integer({ min: 29_000_000, max: 29_200_000 }),
    ),
    value: fc.oneof(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 250, max: 70_000 }),
      fc.integer({ min: 4_000_000_000, max: 9_000_000_000 }),
    ),
  }),
  { maxLength: 120 },
);

describe('sums by minute', () => {
  it('are those of a plain map, in any order of arrival, of all that is not too old', () => {
    fc.assert(
      fc.property(adds, (rows) => {
        const series = new MinuteSeries();
        const plain = new Map<number, number>();
        let newest = 0;
        for (const { minute, value } of rows) {
          if (value > 0) newest = Math.max(newest, minute);
          series.add(minute, value);
          if (value > 0 && minute >= newest - KEPT_MINUTES)
            plain.set(minute, (plain.get(minute) ?? 0) + value);
        }

        const held = Array.from({ length: series.length }, (_, index) => series.minuteAt(index));
        expect(held).toEqual(held.toSorted((one, other) => one - other));
        for (const [minute, value] of plain)
          if (minute >= newest - KEPT_MINUTES) expect(series.sum(minute, minute)).toBe(value);
        const all = [...plain].filter(([minute]) => minute > newest - 300);
        expect(series.sum(newest - 299, newest)).toBe(all.reduce((sum, [, value]) => sum + value, 0));
      }),
      { numRuns: 300 },
    );
  });

  it('take back what was added', () => {
    const series = new MinuteSeries();
    series.add(10, 300);
    series.add(10, -299);

    expect(series.sum(10, 10)).toBe(1);

    series.add(10, -1);
    expect(series.newest()).toBeNull();
  });

  it('have the median that sorting would give', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), (values) => {
        const sorted = values.toSorted((one, other) => one - other);
        const middle = [
          sorted[Math.floor((values.length - 1) / 2)],
          sorted[Math.ceil((values.length - 1) / 2)],
        ];
        const expected = values.length === 0 ? null : ((middle[0] ?? 0) + (middle[1] ?? 0)) / 2;

        expect(medianOf(Float64Array.from(values))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
