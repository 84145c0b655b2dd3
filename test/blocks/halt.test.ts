import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { haltAsk } from '../../blocks/halt-ask.js';
import { haltBoard } from '../../blocks/halt.js';
import { liftMessage } from '../../blocks/lift.js';
import { minute, OPENED_AT } from '../support/history.js';
import { pressesOn, textOf } from '../support/reading-blocks.js';
import { anAsk, anOrder, anyOrder, aPoint, aQuietPoint, NOW } from '../support/slack-states.js';

const at = (ms: number): string => new Date(Date.parse(OPENED_AT) + ms).toISOString();
const LATE = at(45_000);
const EARLY = at(4_200);

const three = [aQuietPoint('mail-agent', 900), aQuietPoint('deploy-agent', 1_400), aPoint()];
const received = aPoint({ level: 'received', reached: { expected: OPENED_AT, received: at(300) } });

describe('the board of an order', () => {
  it('counts up while points are short, the slowest named and first', () => {
    const order = anOrder({ points: [...three.slice(0, 2), received] });

    expect(textOf(haltBoard({ order, now: EARLY }))).toMatchInlineSnapshot(`
      "🟠 H-1 · HALTING all agents
      *HALTING all agents — 3 of 3 received · 2 enforced · 2 quiesced · 4.2 s of 30 s*
      Slowest: *billing-agent* pod-1, order received, not yet enforcing after 4.2 s
      🟠 *billing-agent* pod-1: order received, not yet enforcing after 0.3 s
      ✅ *deploy-agent* pod-1: quiesced after 1.4 s
      ✅ *mail-agent* pod-1: quiesced after 0.9 s
      >refunds go out twice
      [Request lift…]
      INC-7 · ordered by <@U0SRE1> 2026-11-20 03:12:00 UTC · epoch 3"
    `);
  });

  it('says contained with its figures once the journal does', () => {
    const points = ['a', 'b', 'c', 'd'].map((agentId) => aQuietPoint(agentId, 900));
    const contained = { at: at(900), seconds: 0.9, withinTarget: true };

    const text = textOf(haltBoard({ order: anOrder({ points, contained }), now: EARLY }));

    expect(text).toContain('Contained at 4 of 4 enforcement points in 0.9 s (target 30 s: met)');
  });

  it('does not say contained any more from the moment that a point takes it back', () => {
    const contained = { at: at(900), seconds: 0.9, withinTarget: true };
    const text = textOf(haltBoard({ order: anOrder({ points: [received], contained }), now: EARLY }));

    expect(text).toContain('H-1 · HALTING all agents');
    expect(text).not.toMatch(/contained/i);
  });

  it('names an instance so that it fits on one line, and who asked for the halt', () => {
    const points = [aPoint({ instance: '7ccbdcfd-23a1-4856-b003-55937c6d14f1' })];
    const text = textOf(haltBoard({ order: anOrder({ points }), now: EARLY, askedBy: ['U0DEV1'] }));

    expect(text).toContain('*billing-agent* 7ccbdcfd: silent about the order');
    expect(text).toContain('asked for by <@U0DEV1>');
  });

  it('never says halted or contained before', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const points = order.points.map((point) =>
          aPoint({ level: point.level, settledAt: point.settledAt }),
        );
        const state = anOrder({ points, drill: order.drill, missedAt: order.missedAt });

        expect(textOf(haltBoard({ order: state, now: EARLY }))).not.toMatch(/\bhalted\b|\bcontained\b/i);
      }),
      { numRuns: 30 },
    );
  });

  it('says that an order which met nobody proves nothing', () => {
    const text = textOf(haltBoard({ order: anOrder({ points: [] }), now: EARLY }));

    expect(text).toContain('Ordered, but no enforcement point is connected: nothing is proven stopped');
  });

  it('warns loudly of agents that it cannot see', () => {
    const text = textOf(haltBoard({ order: anOrder({ uncovered: ['legacy-agent'] }), now: EARLY }));

    expect(text).toContain('🚨 *Nothing is proven of 1 agent in scope.*');
    expect(text).toContain('*legacy-agent*: no enforcement point: Haltline cannot see or stop it');
  });

  it('says of an agent with a switch for a part of it that the rest goes on, not that there is none', () => {
    const pause = aPoint({
      kind: 'actuator',
      pointId: 'actuator:billing-agent:pause',
      instance: 'pause',
      settledAt: at(900),
    });
    const contained = { at: at(900), seconds: 0.9, withinTarget: true };
    const order = anOrder({ points: [pause], uncovered: ['billing-agent'], contained });

    const text = textOf(haltBoard({ order, now: EARLY }));

    expect(text).toContain('*billing-agent*: what answers there stops only a part of it');
    expect(text).not.toContain('no enforcement point');
    expect(text).toContain('CONTAINED BUT FOR 1 AGENT');
  });

  it('says of a gateway that what it let through before may still run', () => {
    const reached = { expected: OPENED_AT, enforced: at(300) };
    const edge = aPoint({ kind: 'gateway', instance: 'edge', level: 'enforced', reached });

    expect(textOf(haltBoard({ order: anOrder({ points: [edge] }), now: EARLY }))).toContain(
      'gateway edge: refuses new requests after 0.3 s · requests let through before the order may still run',
    );
  });

  it('never rounds the time of containment to the better side', () => {
    const points = [aQuietPoint('billing-agent', 30_400)];
    const contained = { at: at(30_400), seconds: 30.4, withinTarget: false };

    expect(textOf(haltBoard({ order: anOrder({ points, contained }), now: LATE }))).toContain(
      'in 31 s (target 30 s: missed)',
    );
  });

  it('does not say of a rehearsal that attempts wait, or that somebody has to be stopped now', () => {
    const change = { rehearsal: true, drill: true, incident: null, mode: 'hold' } as const;
    const text = textOf(
      haltBoard({ order: anOrder({ ...change, uncovered: ['legacy-agent'] }), now: EARLY }),
    );

    expect(text).toContain('REHEARSAL');
    expect(text).toContain('*In earnest, nothing would be proven of 1 agent in scope.*');
    expect(text).not.toMatch(/attempts wait|Stop what goes on/);
  });

  it('shows work that cannot be cancelled as running, however quiet its point is', () => {
    const inflight = { aborted: ['a1'], uncancellable: ['a2'], completedAfter: ['a3'] };
    const point = { ...aQuietPoint('billing-agent', 900), settledAt: null, inflight };

    const text = textOf(haltBoard({ order: anOrder({ points: [point] }), now: EARLY }));

    expect(text).toContain('1 aborted');
    expect(text).toContain('*1 cannot be cancelled and may still take effect*');
    expect(text).toContain('*1 completed after the order*');
    expect(text).toContain('*1 still running*');
  });

  it('lets an operator vouch for a point only once it is late', () => {
    const marks = (now: string) =>
      pressesOn(haltBoard({ order: anOrder({ points: three }), now })).filter(
        ({ action_id: id }) => id === 'point:mark',
      );

    expect(marks(EARLY)).toEqual([]);
    expect(marks(LATE).map(({ value }) => value)).toEqual(['{"haltId":"H-1","pointId":"billing-agent/1"}']);
  });

  it('shows forty points and counts the rest', () => {
    const points = Array.from({ length: 60 }, (_, index) => aQuietPoint(`agent-${index}`, 900));

    expect(textOf(haltBoard({ order: anOrder({ points }), now: EARLY }))).toContain('… 20 more');
  });

  it('says in its title where an order lets something go on', () => {
    const points = [aQuietPoint('billing-agent', 900)];
    const contained = { at: at(900), seconds: 0.9, withinTarget: true };

    expect(
      textOf(haltBoard({ order: anOrder({ points, contained, mode: 'degraded' }), now: EARLY })),
    ).toContain('CONTAINED · all agents · degraded: reads go on');
  });

  it('shouts when the order could not be written down at once', () => {
    expect(textOf(haltBoard({ order: anOrder({ recordedLate: true }), now: EARLY }))).toContain(
      '🚨 *This order was broadcast before it could be written down.*',
    );
  });

  it('says of an exercise that nothing is enforced, and offers no lift', () => {
    const board = haltBoard({ order: anOrder({ drill: true }), now: EARLY });

    expect(textOf(board)).toContain('NOT ENFORCED');
    expect(pressesOn(board)).toEqual([]);
  });
});

describe('a lift', () => {
  const liftRequest = {
    by: 'U0SRE1',
    at: OPENED_AT,
    reason: 'the refund rule is fixed',
    digest: 'abc',
    seenEpoch: 3,
    expiresAt: minute(15),
  };

  it('needs somebody else’s press on exactly this state', () => {
    const message = liftMessage({ order: anOrder({ liftRequest }), now: NOW });

    expect(textOf(message)).toContain('*Another person* has to approve');
    expect(pressesOn(message)).toMatchObject([
      { action_id: 'lift:approve', value: '{"haltId":"H-1","digest":"abc"}' },
    ]);
  });

  it('shows the second person why the first one holds it to be safe', () => {
    expect(textOf(liftMessage({ order: anOrder({ liftRequest }), now: NOW }))).toContain(
      '>the refund rule is fixed',
    );
  });

  it('says of a quarantine that what waits does not run by the lift', () => {
    expect(textOf(liftMessage({ order: anOrder({ liftRequest, mode: 'hold' }), now: NOW }))).toContain(
      'will not run by itself',
    );
  });

  it('can no longer be approved once the request has run out', () => {
    const message = liftMessage({ order: anOrder({ liftRequest }), now: minute(16) });

    expect(textOf(message)).toContain('ran out');
    expect(pressesOn(message)).toEqual([]);
  });

  it('names both people afterwards', () => {
    const lifted = { by: 'U0SEC1', requestedBy: 'U0SRE1', at: minute(4) };

    expect(textOf(liftMessage({ order: anOrder({ liftRequest, lifted }), now: NOW }))).toContain(
      'by <@U0SEC1>, asked for by <@U0SRE1>',
    );
  });
});

describe('a plea for a halt', () => {
  it('is one tap for whoever may', () => {
    expect(pressesOn(haltAsk({ ask: anAsk(), answer: null }))).toMatchObject([
      {
        action_id: 'halt:one-tap',
        value: '{"scope":{"kind":"all"},"mode":"deny","incident":"INC-7","reason":"look at this"}',
      },
    ]);
  });

  it('says who answered, and takes its button back', () => {
    const message = haltAsk({ ask: anAsk(), answer: anOrder() });

    expect(textOf(message)).toContain('<@U0SRE1> ordered it');
    expect(pressesOn(message)).toEqual([]);
  });

  it('asks for what was refused, not for more', () => {
    const message = haltAsk({ ask: anAsk({ mode: 'degraded' }), answer: null });

    expect(textOf(message)).toContain('asks you to degrade *all agents*');
    expect(pressesOn(message)).toMatchObject([{ value: expect.stringContaining('"mode":"degraded"') }]);
  });
});
