import { describe, expect, it } from 'vitest';
import { parseOrder } from '../../src/slack/commands/parse-order.js';

const AGENTS = new Set(['billing-agent']);
const isAgent = (word: string): boolean => AGENTS.has(word);

describe('what follows /halt', () => {
  it.each([
    ['all', '', { scope: { kind: 'all' }, reason: 'no reason given' }],
    ['all', 'refunds twice', { scope: { kind: 'all' }, reason: 'refunds twice' }],
    ['agent', 'billing-agent why', { scope: { kind: 'agent', agentId: 'billing-agent' }, reason: 'why' }],
    ['tool', 'stripe.refund twice', { scope: { kind: 'tool', tool: 'stripe.refund' }, reason: 'twice' }],
    [
      'tool',
      'stripe.refund in billing-agent twice',
      { scope: { kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' }, reason: 'twice' },
    ],
    [
      'class',
      'database-write IN `billing-agent`',
      {
        scope: { kind: 'class', actionClass: 'database-write', agentId: 'billing-agent' },
        reason: 'no reason given',
      },
    ],
    ['action', 'act-1', { scope: { kind: 'action', actionId: 'act-1' }, reason: 'no reason given' }],
  ] as const)('%s %s', (kind, rest, order) => {
    expect(parseOrder(kind, rest, isAgent)).toEqual(order);
  });

  it('takes "in production" for a reason: the order is wider then, never narrower than was meant', () => {
    expect(parseOrder('tool', 'stripe.refund in production it burns', isAgent)).toEqual({
      scope: { kind: 'tool', tool: 'stripe.refund' },
      reason: 'in production it burns',
    });
  });

  it('reads a tool that Slack took for a link', () => {
    expect(parseOrder('tool', '<http://cms.publish|cms.publish> now', isAgent).scope).toEqual({
      kind: 'tool',
      tool: 'cms.publish',
    });
  });

  it('says what is missing', () => {
    expect(() => parseOrder('tool', '', isAgent)).toThrow('/halt tool <tool name> [in <agent id>] [reason]');
  });
});
