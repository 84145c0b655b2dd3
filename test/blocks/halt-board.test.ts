import { addMinutes } from 'date-fns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { haltBoardMessage } from '../../blocks/halt-board.js';
import { lengthOf, TEXT_MAX, TOTAL_MAX } from '../../blocks/limits.js';
import { barOf, boardOf } from '../../src/core/board.js';
import { checkMessageBlocks } from '../../src/sandbox/slack/block-kit/check-message.js';
import { aBlindAgent, aHaltLine, anAgentLine, aPointLine, aStatus } from '../support/a-status.js';
import { hostileText } from '../support/hostile.js';
import { pressesOn, textOf } from '../support/reading-blocks.js';
import { OPENED_AT } from '../support/history.js';

describe('the halt board', () => {
  it('shows in one look how far every order is', () => {
    expect(textOf(haltBoardMessage(aStatus())).split('\n').slice(0, 2)).toEqual([
      '🟠 NOT CONTAINED · 3 of 4 points proven stopped · 1 order in force',
      '🟠 *H-1 all agents*  🟩🟩🟩🟨',
    ]);
  });

  it('has what is not proven stopped above all else, with a way to vouch for it once it is late', () => {
    const proven = aHaltLine({ haltId: 'H-0', settled: 4, quiesced: 4, containedSeconds: 0.9 });
    const board = haltBoardMessage(aStatus({ halts: [proven, aHaltLine()] }));
    const words = textOf(board);

    expect(words).toContain('*Not proven stopped*\n🟥 *billing-agent* guard pod-1');
    expect(words.indexOf('Not proven stopped')).toBeLessThan(words.indexOf('*H-0 all agents*'));
    expect(pressesOn(board).map(({ action_id }) => action_id)).toEqual(['point:mark']);
  });

  it('offers to vouch for nothing before the target has passed', () => {
    expect(pressesOn(haltBoardMessage(aStatus({ at: OPENED_AT })))).toEqual([]);
  });

  it('still offers to vouch for a point that has been late for long when another order has just been given', () => {
    const at = addMinutes(OPENED_AT, 5).toISOString();
    const halts = [aHaltLine(), aHaltLine({ haltId: 'H-2', at })];
    const points = [aPointLine({ haltId: 'H-2', waitedSince: OPENED_AT })];

    const presses = pressesOn(haltBoardMessage(aStatus({ at, halts, points })));

    expect(presses.map(({ action_id }) => action_id)).toEqual(['point:mark']);
  });

  it('names agents that nobody can vouch for, and what is wrong at an actuator', () => {
    const words = textOf(
      haltBoardMessage(
        aStatus({
          agents: [
            aBlindAgent('legacy-agent'),
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
      symbol: '🛑',
      headline: 'CONTAINED · 4 of 4 points proven stopped · 1 order in force',
    });
    expect(barOf(proven)).toBe('🟩🟩🟩🟩');
  });

  it('does not call it contained, and no more, while an agent in scope is out of reach', () => {
    const proven = aHaltLine({ settled: 4, quiesced: 4, containedSeconds: 0.9, uncovered: ['legacy-agent'] });
    const agents = [aBlindAgent('legacy-agent'), anAgentLine({ settled: 4 })];

    expect(boardOf(aStatus({ halts: [proven], agents, points: [] }))).toMatchObject({
      symbol: '🟠',
      headline: 'CONTAINED BUT FOR 1 AGENT · 4 of 4 points proven stopped · 1 order in force',
    });
  });

  it('says of an agent with a switch for a part of it that the rest may go on', () => {
    const partly = anAgentLine({ points: 1, expected: 1, settled: 1, blind: true, silentMs: null });

    expect(textOf(haltBoardMessage(aStatus({ agents: [partly], points: [] })))).toContain(
      '🚨 *billing-agent* 1 of 1 stopped · what answers there stops only a part of it',
    );
  });

  it('says of an agent with one tool paused that the rest of it goes on', () => {
    const paused = anAgentLine({ settled: 4, whole: false });

    expect(textOf(haltBoardMessage(aStatus({ agents: [paused], points: [] })))).toContain(
      '🟩 *billing-agent* the order holds at 4 of 4; what it does not cover goes on',
    );
  });

  it('does not count as stopped what only goes on with less', () => {
    const proven = aHaltLine({ settled: 4, quiesced: 4, containedSeconds: 0.9, mode: 'hold' });
    const held = anAgentLine({ settled: 4, whole: false, lesser: 'hold' });
    const reading = anAgentLine({ agentId: 'mail-agent', settled: 4, whole: false, lesser: 'degraded' });
    const words = textOf(haltBoardMessage(aStatus({ halts: [proven], agents: [held, reading], points: [] })));

    expect(words).toContain('CONTAINED · 8 of 8 points proven · 1 order in force');
    expect(words).toContain('*billing-agent* all it tries waits for a person at 4 of 4');
    expect(words).toContain('*mail-agent* all but reads is refused at 4 of 4');
  });

  it('does not say that a point has answered a rehearsal which fell silent in it', () => {
    const ended = { seconds: 16, silent: [] };
    const rehearsals = [{ ...aHaltLine({ settled: 4, quiesced: 3 }), ended }];

    expect(textOf(haltBoardMessage(aStatus({ halts: [], rehearsals, points: [] })))).toContain(
      '3 of 4 answered, the others had left or fallen silent, in 16 s',
    );
  });

  it('says of a guard that came after the order that it began under it, not that it is free', () => {
    const restarted = anAgentLine({ points: 1, connected: 1, expected: 0, settled: 0, later: 1 });
    const words = textOf(haltBoardMessage(aStatus({ agents: [restarted], points: [] })));

    expect(words).toContain('*billing-agent* 1 point came after the order and began under it');
    expect(words).not.toContain('not halted');
  });

  it('says of a gateway that what it let through before may still run', () => {
    const gateway = aPointLine({ kind: 'gateway', instance: 'edge', level: 'enforced', leaseAgeMs: null });

    expect(textOf(haltBoardMessage(aStatus({ points: [gateway] })))).toContain(
      'gateway edge: refuses new requests, requests let through before the order may still run',
    );
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

  it('gives a rehearsal no colour that means stopped or running', () => {
    const rehearsal = { ...aHaltLine({ haltId: 'H-2' }), ended: null };
    const free = anAgentLine({ expected: 0, settled: 0, halted: false, worst: null });
    const words = textOf(
      haltBoardMessage(aStatus({ halts: [], rehearsals: [rehearsal], agents: [free], points: [] })),
    );

    expect(words).toContain('✅ Nothing is halted · a REHEARSAL is under way');
    expect(words).toContain('🎭 *REHEARSAL H-2 all agents*  🟦🟦🟦⬜');
    expect(words).not.toMatch(/🟩|🟥|🟨/u);
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
