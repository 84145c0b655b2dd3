import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MinuteRollup } from '../../../src/core/tripwire/rollup.js';
import type { AgentWires, Period } from '../../../src/core/tripwire/wires.js';
import { anAction, MINUTE, theWires } from '../../support/action-records.js';

const NOW = Date.parse('2026-11-20T03:12:00Z');
const THIS_MINUTE = NOW / MINUTE;
const EVERY_30 = { rules: { silence: { afterMinutes: 30 } } };

/** Lets time pass minute by minute; the sentences of what was told. */
function pass(wires: AgentWires, minutes: number, fromMs: number = NOW): string[] {
  return Array.from({ length: minutes }, (_, index) => wires.advance(fromMs + (index + 1) * MINUTE)).flatMap(
    (told) => told.map(({ sentence }) => sentence),
  );
}

/** Heard in each minute of working hours (08:00 to 18:00, Monday to Friday), for so many days. */
function workingHours(days: number, until: number): MinuteRollup[] {
  return Array.from({ length: days * 1440 }, (_, index) => until - index)
    .filter((minute) => {
      const at = new Date(minute * MINUTE);
      return at.getUTCDay() % 6 !== 0 && at.getUTCHours() >= 8 && at.getUTCHours() < 18;
    })
    .map((minute) => ({ series: 'other', minute, value: 1 }));
}

/** Heard every 50 minutes, up to a minute. */
function everyFifty(minutes: number, until: number): MinuteRollup[] {
  return Array.from({ length: Math.floor(minutes / 50) }, (_, index) => ({
    series: 'other' as const,
    minute: until - index * 50,
    value: 1,
  })).toReversed();
}

describe('silence', () => {
  it('is told when an agent that reported has stopped for longer than the runbooks allow, once', () => {
    const wires = theWires(EVERY_30, { nowMs: NOW });
    wires.observe(anAction({ kind: 'other', atMs: NOW }), NOW);

    expect(pass(wires, 30)).toEqual([]);
    expect(pass(wires, 500, NOW + 30 * MINUTE)).toEqual([
      'billing-agent: nothing heard for 31 min, last at 2026-11-20 03:12, limit 30 min as tripwires.yml says (UTC). Missing telemetry is not zero activity.',
    ]);
  });

  it('is told again after the agent was heard and stopped again', () => {
    const wires = theWires(EVERY_30, { nowMs: NOW });
    const later = NOW + 40 * MINUTE;

    wires.observe(anAction({ atMs: NOW }), NOW);
    const first = pass(wires, 40);
    wires.observe(anAction({ atMs: later }), later);
    const second = pass(wires, 40, later);

    expect([first.length, second.length]).toEqual([1, 1]);
  });

  it('is told of an agent that should report and never has', () => {
    const told = pass(theWires(EVERY_30, { nowMs: NOW }), 60);

    expect(told).toEqual([expect.stringContaining('nothing has ever been heard, for')]);
  });

  it('is nobody’s fault while we were not listening: a restart, or a night in which this machine slept', () => {
    const minutes = [{ series: 'spans' as const, minute: THIS_MINUTE - 600, value: 1 }];
    const wires = theWires(EVERY_30, { nowMs: NOW, minutes });

    expect(pass(wires, 29)).toEqual([]);
    expect(wires.advance(NOW + 600 * MINUTE)).toEqual([]);
    expect(pass(wires, 30, NOW + 600 * MINUTE)).toEqual([]);
    expect(pass(wires, 1, NOW + 630 * MINUTE)).toHaveLength(1);
  });

  it('is explained by an incident for as long as that lasts', () => {
    const wires = theWires(EVERY_30, { nowMs: NOW });
    wires.observe(anAction({ atMs: NOW }), NOW);

    wires.exclude([{ fromMs: NOW, toMs: null }]);
    expect(pass(wires, 300)).toEqual([]);

    wires.exclude([{ fromMs: NOW, toMs: NOW + 300 * MINUTE }]);
    expect(pass(wires, 29, NOW + 300 * MINUTE)).toEqual([]);
    expect(pass(wires, 2, NOW + 329 * MINUTE)).toHaveLength(1);
  });

  it('is told in the very minute in which its incident is opened, as a replay finds both', () => {
    const wires = theWires(EVERY_30, { nowMs: NOW });
    wires.observe(anAction({ atMs: NOW }), NOW);

    wires.exclude([{ fromMs: NOW + 31 * MINUTE, toMs: null }]);

    expect(pass(wires, 300)).toHaveLength(1);
  });

  it('is told again where its incident is closed and the agent is not back, once', () => {
    const wires = theWires(EVERY_30, { nowMs: NOW });
    wires.observe(anAction({ atMs: NOW }), NOW);
    const first = pass(wires, 60);

    wires.exclude([{ fromMs: NOW + 31 * MINUTE, toMs: NOW + 60 * MINUTE }]);

    expect(first).toHaveLength(1);
    expect(pass(wires, 300, NOW + 60 * MINUTE)).toEqual([
      expect.stringMatching(
        /^billing-agent: nothing heard for 1 h 30 min, last at 2026-11-20 03:12 \(31 min of it count: /u,
      ),
    ]);
  });

  it('is told once of an agent that is in no registry, whatever becomes of its incident', () => {
    const wires = theWires(EVERY_30, { nowMs: NOW, agentId: 'nightly-job' });
    wires.observe(anAction({ kind: 'other', atMs: NOW }), NOW);
    const first = pass(wires, 60);

    wires.exclude([{ fromMs: NOW + 31 * MINUTE, toMs: NOW + 60 * MINUTE }]);

    expect([first, pass(wires, 300, NOW + 60 * MINUTE)].map((told) => told.length)).toEqual([1, 0]);
  });

  it('does not learn from a pause that was an incident', () => {
    const outage = { from: THIS_MINUTE - 2000, to: THIS_MINUTE - 1640 };
    const minutes = everyFifty(8 * 1440, THIS_MINUTE).filter(
      ({ minute }) => minute < outage.from || minute > outage.to,
    );
    const limit = (periods: readonly Period[]): string | undefined => {
      const wires = theWires({}, { nowMs: NOW, minutes });
      wires.exclude(periods);
      return /limit [^(]+(?= \()/u.exec(pass(wires, 1440).join())?.[0];
    };

    expect(limit([])).toBe('limit 11 h 15 min');
    const told = { fromMs: (outage.from + 80) * MINUTE, toMs: outage.to * MINUTE };
    expect(limit([told])).toBe('limit 1 h 15 min');
  });

  it('learns from an incident all the same where hardly anything else is left', () => {
    const minutes = everyFifty(8 * 1440, THIS_MINUTE);
    const wires = theWires({}, { nowMs: NOW, minutes });

    wires.exclude([{ fromMs: NOW - 5 * 1440 * MINUTE, toMs: NOW }]);

    expect(pass(wires, 76)).toHaveLength(1);
  });

  it('is nobody’s who is heard for the first time', () => {
    const wires = theWires(EVERY_30, { nowMs: NOW, listeningSinceMs: NOW - 2 * 1440 * MINUTE });

    expect(wires.observe(anAction({ kind: 'other', atMs: NOW }), NOW)).toEqual([]);
  });

  it('learns nights and weekends from a whole week, and nothing from less', () => {
    const friday = Date.parse('2026-11-20T18:00:00Z');
    const silent = (days: number, hours: number): string[] => {
      const minutes = workingHours(days, friday / MINUTE);
      return pass(theWires({}, { nowMs: friday, minutes }), hours * 60, friday);
    };

    expect(silent(4.5, 200)).toEqual([]);
    expect(silent(8, 93)).toEqual([]);
    expect(silent(8, 94)).toEqual([
      expect.stringMatching(/longest pause in the 8 days before 2 d 14 h, limit 3 d 21 h/u),
    ]);
  });

  it('agrees with an oracle that looks at all raw events, minute by minute', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 12 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 5, max: 60 }), (pauses, afterMinutes) => {
        const wires = theWires({ rules: { silence: { afterMinutes } } }, { nowMs: NOW });
        const heard = pauses.reduce<number[]>(
          (all, pause) => [...all, (all.at(-1) ?? THIS_MINUTE) + pause],
          [],
        );
        const end = (heard.at(-1) ?? THIS_MINUTE) + 100;
        const told: number[] = [];
        for (let minute = THIS_MINUTE; minute <= end; minute++) {
          if (wires.advance(minute * MINUTE).length > 0) told.push(minute);
          if (heard.includes(minute)) wires.observe(anAction({ atMs: minute * MINUTE }), minute * MINUTE);
        }

        const pausesAfter = [THIS_MINUTE, ...heard].map((from, index) => ({ from, to: heard[index] ?? end }));
        expect(told).toEqual(
          pausesAfter
            .filter(({ from, to }) => to - from > afterMinutes)
            .map(({ from }) => from + afterMinutes + 1),
        );
      }),
      { numRuns: 100 },
    );
  });
});
