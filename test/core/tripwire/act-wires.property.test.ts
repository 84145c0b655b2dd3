import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCall, AGENT, MINUTE, someRules } from '../../support/action-records.js';
import { Desk } from './rate-stream.js';

const START = Date.parse('2026-10-25T00:30:00Z') / MINUTE;
const WEEK = 10_080;

const uses = fc.array(
  fc.record({
    endpoint: fc.constantFrom('a', 'b', 'c'),
    /** Until the next record comes. */
    pause: fc.oneof(
      fc.constant(0),
      fc.constantFrom(1440, WEEK - 1, WEEK, WEEK + 1),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1000, max: 12_000 }),
    ),
    late: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }), fc.constantFrom(600, 1440)),
    restart: fc.boolean(),
  }),
  { maxLength: 25 },
);

describe('a new endpoint', () => {
  it('is what an oracle finds that looks through all earlier uses: late, repeated, restarted', () => {
    fc.assert(
      fc.property(uses, fc.constantFrom(0, 1, 24), (stream, learningHours) => {
        const registry = someRules({ rules: { 'new-endpoint': { learningHours } }, tools: ['a', 'b', 'c'] });
        const desk = new Desk(registry, START * MINUTE);
        const earlier: { endpoint: string; minute: number }[] = [];
        const episodes = new Map<string, { start: number; last: number }>();
        let now = START;
        for (const { endpoint, pause, late, restart } of stream) {
          now += pause;
          if (restart) desk.restart(now * MINUTE);
          const minute = now - late;
          const told = desk
            .observe(
              aCall(endpoint, { agentId: AGENT, atMs: minute * MINUTE, receivedAtMs: now * MINUTE }),
              now * MINUTE,
            )
            .filter(({ rule }) => rule === 'new-endpoint');

          const isNew = !earlier.some((use) => use.endpoint === endpoint && use.minute >= minute - WEEK);
          earlier.push({ endpoint, minute });
          const isLearned = earlier.some(
            (use) => use.minute >= minute - WEEK && use.minute <= minute - learningHours * 60,
          );
          expect(told.length).toBe(isNew && isLearned && begins(episodes, endpoint, now) ? 1 : 0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

function begins(episodes: Map<string, { start: number; last: number }>, name: string, now: number): boolean {
  const known = episodes.get(name);
  if (known !== undefined && now - known.last <= 60 && now - known.start <= 1440) {
    known.last = now;
    return false;
  }
  episodes.set(name, { start: now, last: now });
  return true;
}
