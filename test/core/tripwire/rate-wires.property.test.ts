import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/tripwire/finding.js';
import { aCall, anInference, MINUTE, someRules } from '../../support/action-records.js';
import { RateOracle, type OracleFinding } from './rate-oracle.js';
import { Desk, history, streams, tellBoth, type MakeEvents, type Step } from './rate-stream.js';

const limits = fc.record({
  factor: fc.constantFrom(1, 1.5, 2),
  floor: fc.constantFrom(0, 0, 2, 6, 12),
  cap: fc.integer({ min: 1, max: 20 }),
  fromActiveHours: fc.constantFrom(0, 0, 1, 5, 24),
});

/** In the middle of the night in which clocks in Europe are set back, and elsewhere. */
const starts = fc.constantFrom(
  Date.parse('2026-10-25T00:30:00Z') / MINUTE,
  Date.parse('2026-03-29T00:59:00Z') / MINUTE,
  Date.parse('2026-11-20T03:12:00Z') / MINUTE,
);

function asOracle(unit: number): (finding: Finding) => OracleFinding {
  return ({ dedupKey, chart, rule }) => ({
    startedMinute: Date.parse(dedupKey.slice(-17).replace('Z', ':00Z')) / MINUTE,
    value: (chart?.points.at(-1)?.value ?? Number.NaN) * unit,
    limit: (chart?.limit ?? Number.NaN) * unit,
    isCap: rule.endsWith('cap'),
  });
}

function inOrder(past: readonly { agoMinutes: number; amount: number }[]): Step[] {
  return past.map((each) => ({ kind: 'record', ...each }));
}

interface Told {
  readonly start: number;
  readonly past: readonly { agoMinutes: number; amount: number }[];
  readonly steps: readonly Step[];
  readonly width: number;
  readonly given: { factor: number; floor: number; cap: number; fromActiveHours: number };
  readonly makeEvents: MakeEvents;
}

function expectAgreement(told: Told): void {
  const { factor, floor, cap, fromActiveHours } = told.given;
  const registry = someRules({
    rules: {
      'cost-rate': { factor, floorUsd: floor, fromActiveHours },
      'cost-cap': { capUsd: cap },
      'call-rate': { factor, floorCalls: floor, fromActiveHours, windowMinutes: told.width },
      'call-cap': { capCalls: cap },
    },
  });
  const said = tellBoth(
    {
      desk: new Desk(registry, told.start * MINUTE),
      oracle: new RateOracle({ ...told.given, width: told.width, lateMinutes: 5 }),
      rules: new Set(['cost-rate', 'cost-cap', 'call-rate', 'call-cap']),
      makeEvents: told.makeEvents,
    },
    told.start,
    [...inOrder(told.past), ...told.steps],
  );

  for (const { wires, oracle } of said) expect(wires.map(asOracle(1))).toEqual(oracle);
}

describe('the rate wires agree with an oracle that sorts all raw events', () => {
  it('about spend in any sliding hour: late, early, reordered, idle, restarted, with clocks that jump', () => {
    fc.assert(
      fc.property(starts, limits, history, streams, (start, given, past, steps) => {
        expectAgreement({
          start,
          given,
          past,
          steps,
          width: 60,
          makeEvents: (amount, times) => [{ amount, records: [anInference(amount, times)] }],
        });
      }),
      { numRuns: 60 },
    );
  });

  it('about calls in a window of any length, whether the check, the span or both tell of them', () => {
    const tellers = fc.constantFrom<readonly ('check' | 'span')[]>(['check'], ['span'], ['check', 'span']);
    fc.assert(
      fc.property(
        starts,
        limits,
        history,
        streams,
        fc.tuple(fc.integer({ min: 1, max: 60 }), tellers),
        (start, given, past, steps, [width, origins]) => {
          expectAgreement({
            start,
            given,
            past,
            steps,
            width,
            makeEvents: (calls, times) =>
              Array.from({ length: calls }, () => ({
                amount: 1,
                records: origins.map((origin) => aCall('stripe.refund', { origin, ...times })),
              })),
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});
