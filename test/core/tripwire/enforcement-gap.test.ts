import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/core/action-record.js';
import type { AgentWires } from '../../../src/core/tripwire/wires.js';
import { AGENT, aCall, aCheck, DAY, MINUTE, theWires } from '../../support/action-records.js';

const NOW = Date.parse('2026-11-20T03:12:00Z');

/** An agent whose guard was heard ten minutes ago, and which we have been listening to for longer. */
function guarded(): AgentWires {
  const wires = theWires({}, { nowMs: NOW - 20 * MINUTE });
  tell(wires, [aCheck('email.send', { atMs: NOW - 10 * MINUTE, actionId: 'long-ago' })]);
  return wires;
}

/** The same, whose guard says that it could not report so many checks of the minute around `NOW`. */
function guardedWithLoss(lost: number): AgentWires {
  const gap = { agentId: AGENT, fromMs: NOW - 30_000, toMs: NOW + 30_000, lost };
  const lostReports = (fromMs: number, toMs: number) =>
    gap.toMs >= fromMs && gap.fromMs <= toMs ? [gap] : [];
  const wires = theWires({}, { nowMs: NOW - 20 * MINUTE, lostReports });
  tell(wires, [aCheck('email.send', { atMs: NOW - 10 * MINUTE, actionId: 'long-ago' })]);
  return wires;
}

/** Each at its time; then ten minutes pass. What was told of gaps. */
function tell(wires: AgentWires, records: readonly ActionRecord[]): string[] {
  const last = Math.max(...records.map(({ receivedAtMs }) => receivedAtMs));
  const minutes = Array.from({ length: 10 }, (_, index) => last + (index + 1) * MINUTE);
  return [
    ...records.flatMap((record) => wires.observe(record, record.receivedAtMs)),
    ...minutes.flatMap((nowMs) => wires.advance(nowMs)),
  ].flatMap(({ rule, sentence }) => (rule === 'enforcement-gap' ? [sentence] : []));
}

const check = (actionId: string, atMs = NOW) => aCheck('stripe.refund', { actionId, atMs });
const span = (actionId: string | null, atMs = NOW + 1000, startedAtMs = NOW) =>
  aCall('stripe.refund', { actionId, atMs, startedAtMs });

describe('an enforcement gap', () => {
  it('is a call that a span tells of and that no guard was asked about', () => {
    expect(tell(guarded(), [span('a-1')])).toEqual([
      'billing-agent called stripe.refund at 03:12 (action a-1) and no guard was asked: no check came within 5 min of its span (UTC).',
    ]);
  });

  it('is none where the check came before, or within the allowance after', () => {
    expect(tell(guarded(), [check('a-1'), span('a-1')])).toEqual([]);
    expect(tell(guarded(), [span('a-1', NOW), { ...check('a-1'), receivedAtMs: NOW + 5 * MINUTE }])).toEqual(
      [],
    );
  });

  it('is told of a call that hides behind the check of another', () => {
    expect(tell(guarded(), [check('a-1'), span('a-1'), span('a-2')])).toHaveLength(1);
  });

  it('takes a span without an action id for the check of the same tool that came while it ran', () => {
    expect(tell(guarded(), [check('a-1', NOW - 30_000), span(null)])).toEqual([]);
    expect(tell(guarded(), [check('a-1', NOW - 90_000), span(null)])).toHaveLength(1);
    expect(tell(guarded(), [aCheck('email.send', { actionId: 'a-1', atMs: NOW }), span(null)])).toHaveLength(
      1,
    );
  });

  it('takes a span within a checked one for the same call', () => {
    expect(tell(guarded(), [check('a-1'), span(null, NOW + 500), span('a-1')])).toEqual([]);
  });

  it('takes a span around a checked one for the same call, where both bear its id; not one after it', () => {
    const inner = span('a-1', NOW + 500, NOW + 100);

    expect(tell(guarded(), [check('a-1'), inner, span('a-1', NOW + 1000, NOW)])).toEqual([]);
    expect(tell(guarded(), [check('a-1'), inner, span('a-1', NOW + 3000, NOW + 2000)])).toHaveLength(1);
  });

  it('is none where the guard itself says that it lost the report', () => {
    expect(tell(guardedWithLoss(1), [span('a-1')])).toEqual([]);
    expect(tell(guardedWithLoss(2), [span('a-1'), span(null)])).toEqual([]);
  });

  it('is told of calls beyond the reports that were lost, and of those at another time', () => {
    const later = NOW + 5 * MINUTE;

    expect(tell(guardedWithLoss(1), [span('a-1'), span('a-2')])).toHaveLength(1);
    expect(tell(guardedWithLoss(1), [span('a-1', later + 1000, later)])).toHaveLength(1);
  });

  it('is told once for a tool, however often it happens', () => {
    expect(tell(guarded(), [span('a-1'), span('a-2'), span('a-3', NOW + MINUTE)])).toHaveLength(1);
  });

  it('is none for an agent without a guard, unless the runbooks say that it has one', () => {
    const always = { rules: { 'enforcement-gap': { guarded: 'always' as const } } };
    const never = {
      agents: { [AGENT]: { rules: { 'enforcement-gap': { guarded: 'never' as const } }, tools: new Map() } },
    };
    const before = { nowMs: NOW - DAY };

    expect(tell(theWires({}, before), [span('a-1')])).toEqual([]);
    expect(tell(theWires(always, before), [span('a-1')])).toHaveLength(1);
    expect(tell(theWires(never, before), [check('a-0'), span('a-1')])).toEqual([]);
  });

  it('is not claimed of calls that began before we listened', () => {
    const wires = theWires(
      {},
      { nowMs: NOW + 500, minutes: [{ series: 'checks', minute: NOW / MINUTE - 60, value: 1 }] },
    );

    expect(tell(wires, [span('a-1')])).toEqual([]);
  });

  it('is noticed at once of an agent that is heard for the first time, where we have listened to the others', () => {
    const first = { nowMs: NOW, listeningSinceMs: NOW - 10 * MINUTE };

    expect(tell(theWires({}, first), [check('a-0'), span('a-0'), span('a-1')])).toHaveLength(1);
  });

  it('is not claimed where so many checks came that the oldest are forgotten', () => {
    const wires = guarded();
    tell(
      wires,
      Array.from({ length: 300 }, (_, index) => check(`b-${index}`, NOW - 5 * MINUTE)),
    );

    expect(tell(wires, [span('a-1', NOW + 1000, NOW - 6 * MINUTE)])).toEqual([]);
  });
});
