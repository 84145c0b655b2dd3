import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../../src/core/tripwire/finding.js';
import { NANO_PER_USD, type MinuteRollup } from '../../../src/core/tripwire/rollup.js';
import { anInference, HOUR, MINUTE, theWires, type SomeRules } from '../../support/action-records.js';

const NOW = Date.parse('2026-11-20T03:12:30Z');
const THIS_MINUTE = Math.floor(NOW / MINUTE);

/** So many dollars once an hour, for so many hours before the one under test. */
function spending(usdAnHour: number, hours: number): MinuteRollup[] {
  return Array.from({ length: hours }, (_, index) => ({
    series: 'spend',
    minute: THIS_MINUTE - 119 - 60 * index,
    value: usdAnHour * NANO_PER_USD,
  }));
}

function spend(usd: number, past: readonly MinuteRollup[], rules: SomeRules = {}): readonly Finding[] {
  return theWires(rules, { nowMs: NOW, minutes: past }).observe(anInference(usd, { atMs: NOW }), NOW);
}

afterEach(() => void vi.unstubAllEnvs());

describe('the cost wire', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'])(
    'knows nothing of the clocks of %s, nor of the night in which they are set back',
    (zone) => {
      vi.stubEnv('TZ', zone);
      const night = Date.parse('2026-10-25T00:00:00Z');
      const wires = theWires({}, { nowMs: night });

      const told = Array.from({ length: 180 }, (_, minute) =>
        wires.observe(
          anInference(minute === 90 ? 15 : 0.1, { atMs: night + minute * MINUTE }),
          night + minute * MINUTE,
        ),
      );

      expect(told.flat().map(({ sentence }) => sentence)).toEqual([
        'billing-agent: $20.90 in the hour to 01:30, 0 active hours of history are too few for a median, limit $20.00 (UTC).',
      ]);
    },
  );

  it('says in one sentence what was spent, what is usual, over how many hours, and the limit', () => {
    const [finding, ...others] = spend(41.2, spending(9.8, 131));

    expect(finding).toMatchObject({
      tripwire: 'cost-rate',
      rule: 'cost-rate',
      agentId: 'billing-agent',
      firedAtMs: NOW,
      actionAtMs: NOW,
      signalAtMs: NOW,
      dedupKey: 'cost-rate:cost-rate:billing-agent:2026-11-20T03:12Z',
    });
    expect(finding?.sentence).toBe(
      'billing-agent: $41.20 in the hour to 03:12, 7-day median $9.80 over 131 active hours, limit $19.60 (UTC).',
    );
    expect(others).toEqual([]);
  });

  it('lets the limit itself pass, and not a billionth more', () => {
    expect(spend(19.6, spending(9.8, 131))).toEqual([]);
    expect(spend(19.600_000_001, spending(9.8, 131))[0]?.sentence).toContain(
      '$19.600000001 in the hour to 03:12, 7-day median $9.80 over 131 active hours, limit $19.600000000',
    );
  });

  it('does not take the hour under test for usual', () => {
    const justBefore = { series: 'spend', minute: THIS_MINUTE - 59, value: 10 * NANO_PER_USD } as const;

    const [finding] = spend(10, [...spending(9.8, 131), justBefore]);

    expect(finding?.sentence).toContain(
      '$20.00 in the hour to 03:12, 7-day median $9.80 over 131 active hours',
    );
  });

  it('takes the seven days before that hour, and nothing older', () => {
    const first = THIS_MINUTE - 60 - 7 * 1440 + 1;
    const lastMinuteOf = (minute: number): MinuteRollup => ({
      series: 'spend',
      minute,
      value: 5 * NANO_PER_USD,
    });
    const hours = (minute: number): string | undefined =>
      /over (\d+) active hours?/u.exec(
        spend(100, [lastMinuteOf(minute)], { rules: { 'cost-rate': { fromActiveHours: 0 } } })[0]?.sentence ??
          '',
      )?.[1];

    const median = (minute: number): string | undefined =>
      /median (\S+)/u.exec(
        spend(100, [lastMinuteOf(minute)], { rules: { 'cost-rate': { fromActiveHours: 0 } } })[0]?.sentence ??
          '',
      )?.[1];

    expect(median(THIS_MINUTE - 60)).toBe('$5.00');
    expect(median(THIS_MINUTE - 59)).toBe('$0.00');
    expect(hours(first)).toBe('1');
    expect(hours(first - 60)).toBe('0');
  });

  it('counts hours in which nothing was spent for nothing, so that an idle agent may wake up', () => {
    expect(spend(19, spending(9.8, 25))).toEqual([]);
  });

  it.each([8.2, 16.4, 0.07, 1.1])(
    'is silent at a floor of exactly $%d, and fires a billionth above',
    (floorUsd) => {
      const rules = { rules: { 'cost-rate': { floorUsd } } };

      expect(spend(floorUsd, spending(0.01, 131), rules)).toEqual([]);
      expect(spend(floorUsd + 1e-9, spending(0.01, 131), rules)).toMatchObject([{ rule: 'cost-rate' }]);
    },
  );

  it.each([
    [0, '0 active hours of history are too few'],
    [1, '1 active hour of history is too few'],
    [2, '2 active hours of history are too few'],
  ])('says of %d hours of history in plain words that they are too few', (hours, words) => {
    expect(spend(30, spending(1, hours))[0]?.sentence).toContain(words);
  });

  it('holds an agent without a day of active hours against the cap alone', () => {
    expect(spend(19, spending(1, 23))).toEqual([]);
    expect(spend(21, spending(1, 23))[0]).toMatchObject({
      rule: 'cost-cap',
      sentence:
        'billing-agent: $21.00 in the hour to 03:12, 23 active hours of history are too few for a median, limit $20.00 (UTC).',
    });
  });

  it('never has a limit below the floor', () => {
    expect(spend(10, spending(0.1, 131))).toEqual([]);
    expect(spend(10.01, spending(0.1, 131))[0]?.sentence).toContain(
      '7-day median $0.10 over 131 active hours, limit $10.00 (the floor)',
    );
  });

  it('leaves hours of incidents out of what is usual', () => {
    const wires = theWires({}, { nowMs: NOW, minutes: [...spending(9.8, 60), ...spending(500, 30)] });

    wires.exclude([{ fromMs: NOW - 31 * HOUR, toMs: NOW - HOUR }]);
    const [finding] = wires.observe(anInference(41.2, { atMs: NOW }), NOW);

    expect(finding?.sentence).toContain('7-day median $9.80');
  });

  it('tells of a burst once, and again of the next after a quiet hour', () => {
    const wires = theWires({}, { nowMs: NOW });
    const times = [0, 1, 2, 30, 59, 61, 200, 201].map((minutes) => NOW + minutes * MINUTE);

    const told = times.map((atMs) =>
      wires.observe(anInference(30, { atMs }), atMs).map(({ dedupKey }) => dedupKey),
    );

    expect(told.flat()).toEqual([
      'cost-rate:cost-cap:billing-agent:2026-11-20T03:12Z',
      'cost-rate:cost-cap:billing-agent:2026-11-20T06:32Z',
    ]);
  });

  it('takes what comes within an hour after the last hot window for the same burst, and nothing later', () => {
    const wires = theWires({}, { nowMs: NOW });
    const again = (minutes: number): readonly Finding[] => {
      for (let minute = 0; minute < minutes; minute++) wires.advance(NOW + minute * MINUTE);
      return wires.observe(anInference(30, { atMs: NOW + minutes * MINUTE }), NOW + minutes * MINUTE);
    };

    expect(again(0)).toHaveLength(1);
    expect(again(59 + 60)).toEqual([]);
    expect(again(119 + 59 + 61)).toHaveLength(1);
  });

  it('tells once a day of what does not end', () => {
    const wires = theWires({}, { nowMs: NOW });

    const told = Array.from({ length: 2 * 1440 }, (_, minute) =>
      wires.observe(anInference(1, { atMs: NOW + minute * MINUTE }), NOW + minute * MINUTE),
    ).flat();

    expect(told.map(({ rule }) => rule)).toEqual(['cost-cap', 'cost-cap']);
    expect(new Set(told.map(({ dedupKey }) => dedupKey)).size).toBe(2);
  });

  it('holds a late record against the hour that it belongs to, as long as that ended within the allowance', () => {
    const late = (minutes: number): readonly Finding[] => {
      const wires = theWires({}, { nowMs: NOW });
      wires.observe(anInference(15, { atMs: NOW - 64 * MINUTE }), NOW - 64 * MINUTE);
      wires.advance(NOW);
      return wires.observe(anInference(15, { atMs: NOW - minutes * MINUTE, receivedAtMs: NOW }), NOW);
    };

    expect(late(5)[0]?.sentence).toContain('$30.00 in the hour to 03:07');
    expect(late(4)).toEqual([]);
  });

  it('says how many calls have a price that nobody knows, rather than taking them for free', () => {
    const wires = theWires({}, { nowMs: NOW });

    const [unknown] = wires.observe(anInference(null, { atMs: NOW }), NOW);
    const [over] = wires.observe(anInference(25, { atMs: NOW }), NOW);

    expect(unknown).toMatchObject({ tripwire: 'cost-rate', rule: 'cost-unknown' });
    expect(unknown?.sentence).toBe(
      'billing-agent: what a call of the model some-model cost is unknown (tokens: 1,000 in, 200 out): it reports no cost, and prices.yml has no price for it. The cost wire cannot see this spending.',
    );
    expect(over?.sentence).toContain('; 1 call of unknown price not included');
  });

  it('does not complain of a failed call that used no tokens', () => {
    const refused = anInference(null, { atMs: NOW, outcome: 'error' });
    const cost = refused.cost && { ...refused.cost, inputTokens: null, outputTokens: null };

    expect(theWires({}, { nowMs: NOW }).observe({ ...refused, cost }, NOW)).toEqual([]);
  });

  it('draws the sliding hour of the last three hours with its limit', () => {
    const [finding] = spend(41.2, spending(9.8, 131));

    expect(finding?.chart).toMatchObject({ unit: 'USD', median: 9.8, limit: 19.6 });
    expect(finding?.chart?.points).toHaveLength(61);
    expect(finding?.chart?.points.at(-1)).toEqual({ atMs: THIS_MINUTE * MINUTE, value: 41.2 });
    expect(finding?.chart?.points.at(-21)?.value).toBe(9.8);
  });

  it('takes a record back that was another agent’s', () => {
    const wires = theWires({}, { nowMs: NOW });
    const notMine = anInference(19, { atMs: NOW });

    wires.observe(notMine, NOW);
    wires.retract(notMine);

    expect(wires.observe(anInference(19, { atMs: NOW }), NOW)).toEqual([]);
  });

  it('names the newest ten of the records that it counted', () => {
    const wires = theWires({}, { nowMs: NOW });
    const told = Array.from({ length: 12 }, (_, index) =>
      wires.observe(
        anInference(1.8, { atMs: NOW, traceId: `trace-${index}`, actionId: `act-${index}` }),
        NOW,
      ),
    );

    expect(told.flat()[0]?.traceIds).toEqual(Array.from({ length: 10 }, (_, index) => `trace-${index + 2}`));
    expect(told.flat()[0]?.actionIds).toHaveLength(10);
  });
});
