import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/core/action-record.js';
import { rollupsOf } from '../../../src/core/tripwire/rollup.js';
import { aCall, aCheck, anArtifact, anInference, MINUTE } from '../../support/action-records.js';

const WATCHED = new Set(['stripe.refund']);

function amounts(record: ActionRecord): [string, number][] {
  return rollupsOf(record, WATCHED).minutes.map(({ series, value }) => [series, value]);
}

describe('what is kept of a record', () => {
  it.each<[string, ActionRecord, [string, number][]]>([
    ['spend in billionths of a dollar', anInference(0.000_000_15), [['spend', 150]]],
    ['a free call as a sign of life', anInference(0), [['other', 1]]],
    ['a call of unknown price apart', anInference(null), [['unpriced', 1]]],
    ['a price below nothing as unknown', anInference(-5), [['unpriced', 1]]],
    ['a price that is no number as unknown', anInference(Number.NaN), [['unpriced', 1]]],
    ['a price beyond reason as unknown', anInference(1e12), [['unpriced', 1]]],
    ['a call as its span told it', aCall('email.send'), [['spans', 1]]],
    ['a call as its guard told it', aCheck('email.send'), [['checks', 1]]],
    [
      'a call of a tool with a limit of its own, twice',
      aCheck('stripe.refund'),
      [
        ['checks', 1],
        ['checks:stripe.refund', 1],
      ],
    ],
    ['an artifact as a sign of life', anArtifact(null), [['other', 1]]],
  ])('is %s', (_, record, expected) => {
    expect(amounts(record)).toEqual(expected);
  });

  it('counts at the moment it happened, and never later than it came', () => {
    const minuteOf = (facts: Partial<ActionRecord>) =>
      rollupsOf(aCall('x', facts), WATCHED).minutes[0]?.minute;

    expect(minuteOf({ atMs: 5 * MINUTE, receivedAtMs: 9 * MINUTE })).toBe(5);
    expect(minuteOf({ atMs: 99 * MINUTE, receivedAtMs: 9 * MINUTE })).toBe(9);
  });

  it('remembers the endpoint of a call, and of nothing else', () => {
    expect(rollupsOf(aCall('x'), WATCHED).endpoint).toEqual({ endpoint: 'x', minute: 0 });
    expect(rollupsOf(anInference(1, { endpoint: 'POST api.example/v1' }), WATCHED).endpoint).toBeNull();
  });
});
