import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.js';
import { aHalt, anAttempt, attempts, halts } from '../support/halts.js';

const STRICTNESS = { allow: 0, hold: 1, deny: 2 };

describe('the decision about an attempt', () => {
  it('never allows more when a halt is added', () => {
    fc.assert(
      fc.property(attempts, fc.array(halts), halts, (attempt, before, extra) => {
        const was = decide(attempt, before).verdict;
        const is = decide(attempt, [...before, extra]).verdict;

        expect(STRICTNESS[is]).toBeGreaterThanOrEqual(STRICTNESS[was]);
      }),
    );
  });

  it('does not depend on the order in which halts were given, nor on repetition', () => {
    fc.assert(
      fc.property(attempts, fc.array(halts), (attempt, given) => {
        expect(decide(attempt, [...given.toReversed(), ...given]).verdict).toBe(
          decide(attempt, given).verdict,
        );
      }),
    );
  });

  it('names the halts that caused it, and only those that cover the attempt', () => {
    const mine = aHalt({ scope: { kind: 'agent', agentId: 'billing-agent' } });
    const other = aHalt({ id: 'H-2', scope: { kind: 'agent', agentId: 'mail-agent' } });

    expect(decide(anAttempt(), [other, mine])).toEqual({ verdict: 'deny', because: [mine] });
  });

  it('lets only reads through where an agent is degraded', () => {
    const degraded = aHalt({ mode: 'degraded' });

    expect(decide(anAttempt({ readOnly: true }), [degraded]).verdict).toBe('allow');
    expect(decide(anAttempt(), [degraded]).verdict).toBe('deny');
  });
});
