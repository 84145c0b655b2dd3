import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/core/decide.js';
import { UNKNOWN_CLASS } from '../../../src/core/unknown-class.js';
import { attemptOf } from '../../../src/guard/adapters/tool-table.js';
import { compiledRules } from '../../../src/guard/compiled-rules.js';
import { aHalt, anAttempt, attempts, halts } from '../../support/halts.js';

describe('a tool in the words of orders', () => {
  it('has the name and class that the table gives it', () => {
    const tools = { refund: { tool: 'stripe.refund', actionClass: 'external-api-call', readOnly: true } };

    const attempt = attemptOf(tools, { name: 'refund', input: { amount: 1 } });

    expect(attempt).toEqual({
      tool: 'stripe.refund',
      actionClass: 'external-api-call',
      readOnly: true,
      parameters: { amount: 1 },
    });
  });

  it('may be classified by what it is called with', () => {
    const tools = (_name: string, input: unknown) =>
      input === 'GET' ? { actionClass: 'external-api-call', readOnly: true } : undefined;

    expect(attemptOf(tools, { name: 'http', input: 'GET' })).toMatchObject({ tool: 'http', readOnly: true });
    expect(attemptOf(tools, { name: 'http', input: 'PUT' })).toMatchObject({ actionClass: UNKNOWN_CLASS });
  });

  it('keeps its own name, and is of no known class, where nobody listed it', () => {
    expect(attemptOf({}, { name: 'constructor' })).toEqual({
      tool: 'constructor',
      actionClass: UNKNOWN_CLASS,
      readOnly: false,
    });
  });
});

describe('an attempt that nobody has classified', () => {
  const unknown = attempts.map((attempt) => ({ ...attempt, actionClass: UNKNOWN_CLASS }));

  it('is refused by an order for any class, within the agent that the order names', () => {
    const attempt = anAttempt({ actionClass: UNKNOWN_CLASS, agentId: 'billing-agent' });
    const forClass = (agentId: string) =>
      aHalt({ scope: { kind: 'class', actionClass: 'database-write', agentId } });

    expect(decide(attempt, [forClass('billing-agent')]).verdict).toBe('deny');
    expect(decide(attempt, [forClass('support-agent')]).verdict).toBe('allow');
  });

  it('is never allowed more than the same attempt with a class', () => {
    fc.assert(
      fc.property(attempts, fc.array(halts), (attempt, orders) => {
        fc.pre(decide(attempt, orders).verdict === 'deny');

        expect(decide({ ...attempt, actionClass: UNKNOWN_CLASS }, orders).verdict).toBe('deny');
      }),
    );
  });

  it('is judged by a guard as by the control plane', () => {
    fc.assert(
      fc.property(unknown, fc.array(halts), (attempt, orders) => {
        const { verdict, because } = decide(attempt, orders);

        const ruling = compiledRules(orders).ruling(attempt);

        expect(ruling).toEqual(verdict === 'allow' ? { verdict } : { verdict, halt: because[0] });
      }),
    );
  });
});
