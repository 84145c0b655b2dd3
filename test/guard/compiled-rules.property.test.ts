import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.js';
import { compiledRules } from '../../src/guard/compiled-rules.js';
import { readHalt } from '../../src/guard/read-snapshot.js';
import { aHalt, anAttempt, attempts, halts } from '../support/halts.js';

const orders = fc.array(
  fc.tuple(halts, fc.boolean()).map(([halt, drill]) => (drill ? { ...halt, drill: true as const } : halt)),
  { maxLength: 12 },
);

describe('the compiled rules of a guard', () => {
  it('say what the control plane would decide, and name the same order', () => {
    fc.assert(
      fc.property(attempts, orders, (attempt, given) => {
        const { verdict, because } = decide(attempt, given);

        const ruling = compiledRules(given).ruling(attempt);

        expect(ruling).toEqual(verdict === 'allow' ? { verdict } : { verdict, halt: because[0] });
      }),
      { numRuns: 2_000 },
    );
  });

  it('say of a rehearsal what they would say if it were none', () => {
    fc.assert(
      fc.property(attempts, orders, (attempt, given) => {
        const real = given.map(({ drill: _, ...halt }) => halt);

        const { verdict } = compiledRules(given).rehearsed(attempt);

        expect(verdict).toBe(decide(attempt, real).verdict);
      }),
    );
  });

  it('say it again of the same list without compiling it again', () => {
    const given = [aHalt()];

    expect(compiledRules(given)).toBe(compiledRules(given));
  });

  it('stop a sub-agent for an order on whoever it works for', () => {
    const rules = compiledRules([aHalt({ scope: { kind: 'agent', agentId: 'billing-agent' } })]);
    const attempt = anAttempt({ agentId: 'refund-helper' });

    expect(rules.ruling(attempt).verdict).toBe('allow');
    expect(rules.ruling({ ...attempt, onBehalfOf: ['planner', 'billing-agent'] }).verdict).toBe('deny');
  });

  it('deny for one of the agents although for another they would only hold', () => {
    const holding = aHalt({ scope: { kind: 'agent', agentId: 'refund-helper' }, mode: 'hold' });
    const denying = aHalt({ id: 'H-2', scope: { kind: 'agent', agentId: 'billing-agent' } });
    const attempt = { ...anAttempt({ agentId: 'refund-helper' }), onBehalfOf: ['billing-agent'] };

    expect(compiledRules([holding, denying]).ruling(attempt)).toEqual({ verdict: 'deny', halt: denying });
  });
});

describe('an order of a control plane that is newer than its guard', () => {
  it('covers everything where its scope is not understood', () => {
    const halt = readHalt({ ...aHalt(), scope: { kind: 'region', region: 'eu' } });

    expect(compiledRules([halt]).ruling(anAttempt()).verdict).toBe('deny');
  });

  it('covers everything where a name is missing that its scope needs', () => {
    const halt = readHalt({ ...aHalt(), scope: { kind: 'tool', tool: 7 } });

    expect(compiledRules([halt]).ruling(anAttempt()).verdict).toBe('deny');
  });

  it('denies where its mode is not understood, reads as well', () => {
    const halt = readHalt({ ...aHalt(), mode: 'ask-somebody' });

    expect(compiledRules([halt]).ruling(anAttempt({ readOnly: true })).verdict).toBe('deny');
  });

  it('is understood as it was before where nothing is new', () => {
    fc.assert(
      fc.property(halts, (halt) => {
        expect(readHalt(JSON.parse(JSON.stringify(halt)))).toEqual(halt);
      }),
    );
  });
});
