import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { haltBoardMessage } from '../../blocks/halt-board.js';
import { lengthOf, TEXT_MAX, TOTAL_MAX } from '../../blocks/limits.js';
import { barOf, boardOf } from '../../src/core/board.js';
import type { AgentLine, HaltLine, PointLine, Status } from '../../src/core/status.js';
import { checkMessageBlocks } from '../../src/sandbox/slack/block-kit/check-message.js';
import { hostileText } from '../support/hostile.js';
import { pressesOn, textOf } from '../support/reading-blocks.js';
import { NOW } from '../support/slack-states.js';
import { OPENED_AT } from '../support/history.js';

function aHaltLine(change: Partial<HaltLine> = {}): HaltLine {
  return {
    haltId: 'H-1',
    scope: { kind: 'all' },
    mode: 'deny',
    orderedBy: 'U0SRE1',
    at: OPENED_AT,
    incident: null,
    expected: 4,
    received: 4,
    enforced: 4,
    quiesced: 3,
    settled: 3,
    uncovered: [],
    containedSeconds: null,
    missed: false,
    liftRequestedBy: null,
    breakGlass: false,
    reviewedBy: null,
    reviewAt: null,
    reviewDue: false,
    ...change,
  };
}

function aPointLine(change: Partial<PointLine> = {}): PointLine {
  return {
    pointId: 'p',
    agentId: 'billing-agent',
    instance: 'pod-1',
    kind: 'guard',
    connected: true,
    level: 'received',
    haltId: 'H-1',
    settled: false,
    leaseAgeMs: 900,
    notes: [],
    ...change,
  };
}

function anAgentLine(change: Partial<AgentLine> = {}): AgentLine {
  return {
    agentId: 'billing-agent',
    registered: true,
    points: 4,
    connected: 4,
    expected: 4,
    settled: 3,
    halted: true,
    worst: 'received',
    silentMs: 900,
    troubles: [],
    ...change,
  };
}

function aStatus(change: Partial<Status> = {}): Status {
  return {
    at: NOW,
    epoch: 3,
    incidents: [],
    halts: [aHaltLine()],
    rehearsals: [],
    agents: [anAgentLine()],
    points: [aPointLine()],
    pointsTotal: 4,
    unguarded: [],
    ...change,
  };
}

describe('the halt board', () => {
  it('shows in one look how far every order is', () => {
    expect(textOf(haltBoardMessage(aStatus())).split('\n').slice(0, 2)).toEqual([
      '🟠 1 order in force · 3 of 4 points proven stopped',
      '🟠 *H-1 all agents*  🟩🟩🟩🟨',
    ]);
  });

  it('has what is not proven stopped above all else, with a way to vouch for it once it is late', () => {
    const board = haltBoardMessage(aStatus());

    expect(textOf(board)).toContain('*Not proven stopped*\n🟥 *billing-agent* guard pod-1');
    expect(pressesOn(board).map(({ action_id }) => action_id)).toEqual(['point:mark']);
  });

  it('offers to vouch for nothing before the target has passed', () => {
    expect(pressesOn(haltBoardMessage(aStatus({ at: OPENED_AT })))).toEqual([]);
  });

  it('names agents that nobody can vouch for, and what is wrong at an actuator', () => {
    const words = textOf(
      haltBoardMessage(
        aStatus({
          agents: [
            anAgentLine({ agentId: 'legacy-agent', points: 0, expected: 0, settled: 0, worst: null }),
            anAgentLine({ troubles: ['NOT halted: timeout since 03:12 UTC, 2 attempts'] }),
          ],
        }),
      ),
    );

    expect(words).toContain('🚨 *legacy-agent* no enforcement point: Haltline cannot see or stop it');
    expect(words).toContain('NOT halted: timeout since 03:12 UTC, 2 attempts');
  });

  it('is green only where everything is proven', () => {
    const proven = aHaltLine({ settled: 4, quiesced: 4, containedSeconds: 0.9 });

    expect(
      boardOf(aStatus({ halts: [proven], agents: [anAgentLine({ settled: 4 })], points: [] })),
    ).toMatchObject({
      alarm: false,
      headline: '1 order in force · contained, 4 of 4 points stopped',
    });
    expect(barOf(proven)).toBe('🟩🟩🟩🟩');
  });

  it('says that nothing is halted when nothing is', () => {
    const free = anAgentLine({ expected: 0, settled: 0, halted: false, worst: null });

    expect(textOf(haltBoardMessage(aStatus({ halts: [], agents: [free], points: [] })))).toContain(
      '✅ Nothing is halted',
    );
  });

  it('shouts about break-glass, an order past its review, and a rehearsal', () => {
    const words = textOf(
      haltBoardMessage(
        aStatus({
          halts: [aHaltLine({ breakGlass: true, reviewAt: OPENED_AT, reviewDue: true })],
          rehearsals: [{ ...aHaltLine({ haltId: 'H-2' }), ended: { seconds: null, silent: ['p'] } }],
        }),
      ),
    );

    expect(words).toContain('BREAK-GLASS, not reviewed');
    expect(words).toContain('REVIEW DUE');
    expect(words).toContain('🎭 *REHEARSAL H-2 all agents*');
    expect(words).toContain('1 of 4 NEVER ANSWERED');
  });

  it('never shows green for a point that may still act, however many there are', () => {
    const counts = fc
      .record({ expected: fc.integer({ min: 1, max: 10_000 }), short: fc.integer({ min: 1, max: 10_000 }) })
      .filter(({ expected, short }) => short <= expected);
    fc.assert(
      fc.property(counts, ({ expected, short }) => {
        const settled = expected - short;
        const bar = barOf(aHaltLine({ expected, settled, enforced: settled }));

        expect(bar).toContain('🟥');
      }),
    );
  });

  it('is taken by Slack whatever it shows, ten thousand points included', () => {
    const point = fc
      .record({
        pointId: hostileText,
        agentId: hostileText,
        instance: hostileText,
        notes: fc.array(hostileText),
      })
      .map(aPointLine);
    const agent = fc
      .record({
        agentId: hostileText,
        expected: fc.nat(10_000),
        settled: fc.nat(10_000),
        troubles: fc.array(hostileText),
      })
      .map(anAgentLine);
    const halt = fc
      .record({
        scope: hostileText.map((agentId) => ({ kind: 'agent' as const, agentId })),
        orderedBy: hostileText,
      })
      .map(aHaltLine);
    const lists = fc.record({
      halts: fc.array(halt, { maxLength: 40 }),
      points: fc.array(point, { maxLength: 200 }),
      agents: fc.array(agent, { maxLength: 300 }),
    });
    fc.assert(
      fc.property(lists, (change) => {
        const { text, blocks } = haltBoardMessage(aStatus({ ...change, pointsTotal: 10_000 }));

        expect(checkMessageBlocks(blocks)).toBeUndefined();
        expect(text.length).toBeLessThanOrEqual(TEXT_MAX);
        expect(lengthOf(blocks)).toBeLessThanOrEqual(TOTAL_MAX);
      }),
      { numRuns: 15 },
    );
  });
});
