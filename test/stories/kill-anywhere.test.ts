/**
 * Fifty deaths by SIGKILL, at seeded moments of the whole path. HALTLINE_KILL_SEEDS=7,8 plays those instead.
 */
import { describe, expect, it } from 'vitest';
import { walkPath } from '../support/walk-path.js';

const SEEDS = (process.env['HALTLINE_KILL_SEEDS'] ?? '1,2,3,4,5').split(',').map(Number);
/** So many at a time keep two cores busy. */
const AT_ONCE = 3;
const BATCHES = SEEDS.flatMap((_, index) =>
  index % AT_ONCE === 0 ? [SEEDS.slice(index, index + AT_ONCE)] : [],
);

describe('killed at any moment of an incident', () => {
  it.each(BATCHES.map((seeds) => ({ seeds })))(
    'loses no press, repeats no message and lifts no halt (seeds $seeds)',
    async ({ seeds }) => {
      const walks = await Promise.all(seeds.map(walkPath));

      for (const [index, { plan, deaths, violations }] of walks.entries()) {
        const which = `HALTLINE_KILL_SEEDS=${seeds[index]}: ${JSON.stringify(plan)}`;
        expect(violations, which).toEqual([]);
        expect(deaths, which).toBe(plan.length);
      }
    },
    400_000,
  );
});
