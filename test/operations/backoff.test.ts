import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/operations/outbox/backoff.js';

const PACE = { baseMs: 250, capMs: 5000 };

describe('the wait before another attempt', () => {
  it('grows with each attempt and ends at the cap', () => {
    const longest = [0, 1, 2, 3, 4, 5, 60].map((attempts) => backoffMs(attempts, PACE, () => 0.999999));

    expect(longest).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000]);
  });

  it('is never shorter than the base and never longer than the cap', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, luck) => {
        const ms = backoffMs(attempts, PACE, () => luck);

        expect(ms).toBeGreaterThanOrEqual(250);
        expect(ms).toBeLessThanOrEqual(5000);
      }),
    );
  });
});
