import { describe, expect, it } from 'vitest';
import type { Halt } from '../../src/core/halt.js';
import { createJudge } from '../../src/guard/judge.js';
import { aHalt, anAttempt } from '../support/halts.js';

/** A judge that holds this one order. */
function holding(halt: Halt) {
  const halts = [halt];
  const held = { halts: () => halts, newest: () => ({ planeId: 'plane', epoch: 1 }), hasHeard: () => true };
  return createJudge(held, { remainingMs: () => 1_000 });
}

describe.each([
  ['an order', {}],
  ['a rehearsal', { drill: true as const }],
])('the probe before %s is called enforced', (_, change) => {
  it('finds that what it covers is refused, or would be', () => {
    const judge = holding(aHalt({ scope: { kind: 'tool', tool: 'stripe.refund' }, ...change }));

    expect(judge.probe(['billing-agent'])).toBe(true);
  });

  it('notices that it is not', () => {
    const scope = { kind: 'tool' as const, tool: 'mail.send' };
    const judge = holding(aHalt({ scope, ...change }));
    judge.allows(anAttempt());

    // The rules are made by now, and know nothing of this.
    scope.tool = 'stripe.refund';

    expect(judge.probe(['billing-agent'])).toBe(false);
  });
});
