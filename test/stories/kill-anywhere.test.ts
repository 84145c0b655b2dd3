/**
 * Fifty deaths by SIGKILL, at seeded moments of the whole path. HALTLINE_KILL_SEEDS=7,8 plays those instead.
 */
import { describe, expect, it } from 'vitest';
import { walkPath } from '../support/walk-path.js';

const SEEDS = (process.env['HALTLINE_KILL_SEEDS'] ?? '1,2,3,4,5').split(',').map(Number);

// At once: much of a path is waiting, for Slack, for leases, for a bot that comes back.
describe.concurrent('killed at any moment of an incident', () => {
  it.each(SEEDS)(
    'loses no press, repeats no message and lifts no halt (seed %i)',
    async (seed) => {
      const { plan, deaths, violations } = await walkPath(seed);

      const which = `HALTLINE_KILL_SEEDS=${seed}: ${JSON.stringify(plan)}`;
      expect(violations, which).toEqual([]);
      expect(deaths, which).toBe(plan.length);
    },
    360_000,
  );
});
