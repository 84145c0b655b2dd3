import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/tripwire/finding.js';
import type { MinuteRollup } from '../../../src/core/tripwire/rollup.js';
import { aCall, aCheck, DAY, HOUR, MINUTE, theWires } from '../../support/action-records.js';

const NOW = Date.parse('2026-11-20T03:12:30Z');
const THIS_MINUTE = Math.floor(NOW / MINUTE);

/** So many calls in each of the last days' minutes. */
function calling(callsAMinute: number, series: MinuteRollup['series'] = 'spans'): MinuteRollup[] {
  return Array.from({ length: 3 * 1440 }, (_, index) => ({
    series,
    minute: THIS_MINUTE - 60 - index,
    value: callsAMinute,
  }));
}

function callTimes(times: number): { atMs: number; endpoint: null }[] {
  return Array.from({ length: times }, () => ({ atMs: NOW, endpoint: null }));
}

describe('the action wire', () => {
  it('fires above three times the median of the same window', () => {
    const wires = theWires({}, { nowMs: NOW, minutes: calling(10) });

    const told = callTimes(151).map((facts) => wires.observe(aCall('stripe.refund', facts), NOW));

    expect(told.slice(0, 150).flat()).toEqual([]);
    expect(told[150]?.[0]).toMatchObject({
      tripwire: 'action-rate',
      rule: 'call-rate',
      tool: null,
      sentence:
        'billing-agent: 151 calls in the 5 min to 03:12, 7-day median 50 over 72 active hours, limit 150 (UTC).',
    });
  });

  it('is silent at exactly its factor, which no rounding of computers may lower', () => {
    const rules = { rules: { 'call-rate': { windowMinutes: 10, factor: 1.15, floorCalls: 1 } } };
    const wires = theWires(rules, { nowMs: NOW, minutes: calling(10) });

    const told = callTimes(116).map((facts) => wires.observe(aCall('stripe.refund', facts), NOW));

    expect(told.slice(0, 115).flat()).toEqual([]);
    expect(told[115]?.[0]?.sentence).toContain(
      '116 calls in the 10 min to 03:12, 7-day median 100 over 72 active hours, limit 115 (UTC).',
    );
  });

  it('does not take the hour before for usual, however short the window', () => {
    const rules = { rules: { 'call-rate': { fromActiveHours: 0, floorCalls: 0 } } };
    const median = (minutesAgo: number): string | undefined => {
      const minutes = [{ series: 'spans' as const, minute: THIS_MINUTE - minutesAgo, value: 7 }];
      const wires = theWires(rules, { nowMs: NOW, minutes });
      const told = callTimes(22).flatMap((facts) => wires.observe(aCall('stripe.refund', facts), NOW));
      return /median (\S+)/u.exec(told[0]?.sentence ?? '')?.[1];
    };

    expect(median(60)).toBe('7');
    expect(median(59)).toBe('0');
  });

  it('counts an act once that both its check and its span tell of', () => {
    const wires = theWires({}, { nowMs: NOW, minutes: calling(10) });

    const told = callTimes(150).flatMap((facts) => [
      ...wires.observe(aCheck('stripe.refund', facts), NOW),
      ...wires.observe(aCall('stripe.refund', facts), NOW),
    ]);

    expect(told).toEqual([]);
  });

  it('lets an agent of the first day be busy up to the cap', () => {
    const wires = theWires({ rules: { 'call-cap': { capCalls: 100 } } }, { nowMs: NOW });

    const told = callTimes(101).map((facts) => wires.observe(aCall('stripe.refund', facts), NOW));

    expect(told.slice(0, 100).flat()).toEqual([]);
    expect(told[100]?.[0]?.rule).toBe('call-cap');
  });

  it('counts a tool by itself that has a limit of its own, and halts where only that is told to', () => {
    const tools = new Map([['stripe.refund', { 'call-cap': { capCalls: 3, mode: 'halt' as const } }]]);
    const rules = {
      rules: { 'call-cap': { mode: 'warn' as const } },
      agents: { 'billing-agent': { rules: {}, tools } },
    };
    const wires = theWires(rules, { nowMs: NOW });

    const emails = callTimes(50).flatMap((facts) => wires.observe(aCall('email.send', facts), NOW));
    const refunds = callTimes(4).flatMap((facts) => wires.observe(aCall('stripe.refund', facts), NOW));

    expect(emails).toEqual([]);
    expect(refunds).toHaveLength(1);
    expect(refunds[0]).toMatchObject({
      rule: 'call-cap',
      tool: 'stripe.refund',
      mode: 'halt',
      actionClass: 'external-api-call',
    });
    expect(refunds[0]?.sentence).toContain('4 calls of stripe.refund in the 5 min to 03:12');
  });
});

describe('a new endpoint', () => {
  const learned = {
    nowMs: NOW,
    minutes: [{ series: 'spans' as const, minute: THIS_MINUTE - 1440, value: 1 }],
  };
  const use = (endpoint: string, atMs = NOW) => aCall('stripe.refund', { endpoint, atMs });
  const rulesOf = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);

  it('is told of once the agent has been acting for a day', () => {
    const [finding] = theWires({}, learned).observe(use('POST api.stripe.com/v1/payouts'), NOW);

    expect(finding).toMatchObject({ tripwire: 'action-rate', rule: 'new-endpoint', tool: 'stripe.refund' });
    expect(finding?.sentence).toBe(
      'billing-agent used POST api.stripe.com/v1/payouts, which it had not used in the 7 days before (it is not known to have used it before, UTC).',
    );
  });

  it('is not told of on the first day, on which everything is new', () => {
    const minutes = [{ series: 'spans' as const, minute: THIS_MINUTE - 1439, value: 1 }];

    expect(theWires({}, { nowMs: NOW, minutes }).observe(use('GET a.example/x'), NOW)).toEqual([]);
  });

  it('is new again after seven days without it, and not a minute before', () => {
    const weekAgo = (minutes: number) =>
      theWires({}, { ...learned, endpoints: [{ endpoint: 'e', minute: THIS_MINUTE - 7 * 1440 - minutes }] });

    expect(weekAgo(0).observe(use('e'), NOW)).toEqual([]);
    expect(rulesOf(weekAgo(1).observe(use('e'), NOW))).toEqual(['new-endpoint']);
    expect(weekAgo(1).observe(use('e'), NOW)[0]?.sentence).toContain('(last on 2026-11-13 03:11, UTC)');
  });

  it('is told of one by one up to ten, and then once for all the rest', () => {
    const wires = theWires({}, learned);

    const told = Array.from({ length: 40 }, (_, index) =>
      wires.observe(use(`GET a.example/${index}`), NOW),
    ).flat();

    expect(told).toHaveLength(11);
    expect(told[10]?.sentence).toContain('More than 10 at once: further ones are not told one by one.');
    expect(told[10]?.dedupKey).toBe('action-rate:new-endpoint:billing-agent:*:2026-11-20T03:12Z');
  });

  it('is learned anew by an agent that comes back after more than a week', () => {
    const wires = theWires({}, learned);

    expect(wires.observe(use('GET a.example/new', NOW + 8 * DAY), NOW + 8 * DAY)).toEqual([]);
    expect(
      wires.observe(use('GET a.example/newer', NOW + 8 * DAY + 23 * HOUR), NOW + 8 * DAY + 23 * HOUR),
    ).toEqual([]);
    expect(rulesOf(wires.observe(use('GET a.example/newest', NOW + 9 * DAY), NOW + 9 * DAY))).toEqual([
      'new-endpoint',
    ]);
  });

  it('has keys that differ however long its names are', () => {
    const wires = theWires({}, learned);
    const long = 'x'.repeat(5000);

    const told = ['a', 'b'].flatMap((end) => wires.observe(use(long + end), NOW));

    expect(new Set(told.map(({ dedupKey }) => dedupKey)).size).toBe(2);
    expect(told.every(({ dedupKey, sentence }) => dedupKey.length <= 512 && sentence.length <= 300)).toBe(
      true,
    );
  });
});
