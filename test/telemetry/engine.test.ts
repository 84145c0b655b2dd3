import { describe, expect, it } from 'vitest';
import type { Tables } from '../../src/telemetry/engine/tables.js';
import { openEngine, type EngineDesk } from '../support/engine.js';
import { aChat, aToolCall } from '../support/otlp-requests.js';
import { telemetryPath } from '../support/telemetry.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-13T00:00:00.000Z');

/** A clock, and a database that outlives the engines on it. */
function aHouse() {
  let at = START;
  const path = telemetryPath();
  const now = (): number => at;
  return {
    now,
    pass: (ms: number): void => {
      at += ms;
    },
    open: (tables?: (tables: Tables) => Tables): EngineDesk =>
      openEngine({ path, now, ...(tables && { tables }) }),
  };
}

type House = ReturnType<typeof aHouse>;

/** A dollar an hour, for so many hours. */
function spendSteadily(desk: EngineDesk, { now, pass }: House, hours: number): void {
  for (let hour = 0; hour < hours; hour += 1) {
    for (let part = 0; part < 4; part += 1) {
      desk.take([aChat({ usd: 2.5, endMs: now() - 1000 })]);
      pass(15 * MINUTE);
    }
  }
}

const spendOf = ({ engine }: EngineDesk): number =>
  engine.sums.counting.counters
    .all('agent_spend_usd_total')
    .filter(({ labels }) => labels[0] === 'billing-agent')
    .reduce((sum, { value }) => sum + value, 0);

describe('the engine', () => {
  it('pays once for a call to a model whose enclosing span comes only after a restart', () => {
    const house = aHouse();
    const outer = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) };
    const first = house.open();
    first.take([
      aChat({ usd: 3, endMs: house.now() - 1000, traceId: outer.traceId, parentSpanId: outer.spanId }),
    ]);
    first.die();

    const second = house.open();
    second.take([aChat({ usd: 3, endMs: house.now() - 500, ...outer })]);

    expect(spendOf(second)).toBe(3);
  });

  it('knows after being killed what it knew before, sums and episodes included', () => {
    const house = aHouse();
    const first = house.open();
    first.take([aChat({ usd: 1, endMs: house.now() - 1000 })]);
    first.engine.writeSums();
    first.take([aChat({ usd: 30, endMs: house.now() - 1000 }), aToolCall({ endMs: house.now() - 1000 })]);
    first.die();

    const second = house.open();
    house.pass(MINUTE);
    second.take([aChat({ usd: 5, endMs: house.now() - 1000 })]);

    expect(spendOf(second)).toBe(36);
    expect(second.findings().filter(({ rule }) => rule === 'cost-cap')).toHaveLength(1);
  });

  it.each(['with its sums written', 'killed before its sums were written'])(
    'holds a burst against the same week after a restart, %s',
    (how) => {
      const house = aHouse();
      const first = house.open();
      spendSteadily(first, house, 30);
      if (how.startsWith('with')) first.engine.writeSums();
      first.die();

      const second = house.open();
      second.take([aChat({ usd: 80, endMs: house.now() - 1000 })]);

      const finding = second.findings().find(({ rule }) => rule === 'cost-rate');
      expect(finding?.sentence).toMatch(
        /\$8[07]\.\d0 in the hour .* 7-day median \$10\.00 over \d+ active hours, limit \$20\.00/,
      );
      expect(finding?.chart?.limit).toBe(20);
    },
  );

  it('keeps a burst that people worked on out of what is usual', () => {
    const house = aHouse();
    const desk = house.open();
    spendSteadily(desk, house, 30);
    const fromMs = house.now();
    for (let part = 0; part < 160; part += 1) {
      desk.take([aChat({ usd: 50, endMs: house.now() - 1000 })]);
      house.pass(15 * MINUTE);
    }
    desk.engine.excludePeriods([{ agentId: 'billing-agent', incident: 'INC-1', fromMs, toMs: house.now() }]);
    desk.engine.writeSums();
    desk.die();
    house.pass(2 * HOUR);

    const again = house.open();
    again.take([aChat({ usd: 80, endMs: house.now() - 1000 })]);

    const finding = again.findings().findLast(({ rule }) => rule === 'cost-rate');
    expect(finding?.firedAtMs).toBe(house.now());
    expect(finding?.sentence).toContain('7-day median $10.00');
  });

  it('gives a span to its agent when the enclosing span tells it later, in records and in sums', () => {
    const house = aHouse();
    const desk = house.open();
    const traceId = 'a'.repeat(32);
    const parentSpanId = 'b'.repeat(16);
    const endMs = house.now() - 1000;
    desk.take([aChat({ agent: '', traceId, parentSpanId, usd: 3, endMs })], 'some-service');
    desk.engine.writeSums();

    desk.take([
      aChat({
        traceId,
        spanId: parentSpanId,
        endMs,
        attributes: { 'gen_ai.operation.name': 'invoke_agent' },
      }),
    ]);
    desk.engine.writeSums();

    const { records } = desk.engine.page(
      { fromMs: 0, toMs: endMs + HOUR, agentId: 'billing-agent' },
      null,
      10,
    );
    expect(records.map(({ spanId, kind }) => [kind, spanId === parentSpanId])).toContainEqual([
      'inference',
      false,
    ]);
    const spent = (agent: string): number =>
      desk.tables.rollups
        .read(agent, 0)
        .filter(({ series }) => series === 'spend')
        .reduce((sum, { value }) => sum + value, 0);
    expect(spent('some-service')).toBe(0);
    expect(spent('billing-agent')).toBe(3e9);
    const moved = desk.engine.tally.samples().find(({ name }) => name.includes('moved'));
    expect(moved?.values).toEqual([{ value: 1 }]);
  });

  it('tells senders to repeat what it could not store, and counts it once', () => {
    const house = aHouse();
    let isFull = false;
    const desk = house.open((tables) => ({
      ...tables,
      together: (work) =>
        tables.together(() => {
          const done = work();
          if (isFull) throw new Error('database or disk is full');
          return done;
        }),
    }));
    const spans = [aChat({ usd: 30, endMs: house.now() - 1000 })];

    isFull = true;
    const refused = desk.take(spans);
    isFull = false;
    const taken = desk.take(spans);

    expect(refused?.kind).toBe('busy');
    expect(taken?.kind).toBe('stored');
    expect(spendOf(desk)).toBe(30);
    expect(desk.findings().filter(({ rule }) => rule === 'cost-cap')).toHaveLength(1);
    expect(desk.errors).toEqual(['telemetry could not be stored: senders are told to repeat it']);
  });

  it('gives a span to its agent also when the enclosing span could not be stored at once', () => {
    const house = aHouse();
    let isFull = false;
    const desk = house.open((tables) => ({
      ...tables,
      together: (work) => {
        if (isFull) throw new Error('database or disk is full');
        return tables.together(work);
      },
    }));
    const [traceId, spanId, endMs] = ['a'.repeat(32), 'b'.repeat(16), house.now() - 1000];
    const parent = aChat({ traceId, spanId, endMs, attributes: { 'gen_ai.operation.name': 'invoke_agent' } });
    desk.take([aChat({ agent: '', traceId, parentSpanId: spanId, endMs })], 'some-service');

    isFull = true;
    desk.take([parent]);
    isFull = false;
    desk.take([parent]);

    const { records } = desk.engine.page({ fromMs: 0, toMs: endMs + HOUR, agentId: null }, null, 10);
    expect(records.map(({ agentId }) => agentId)).toEqual(['billing-agent', 'billing-agent']);
  });

  it('counts an act once that its check and its span tell of', () => {
    const house = aHouse();
    const desk = house.open();
    const at = new Date(house.now() - 1000).toISOString();
    const check = {
      kind: 'check',
      actionId: 'act-1',
      agentId: 'billing-agent',
      tool: 'stripe.refund',
      at,
      verdict: 'allow',
    };
    const body = new TextEncoder().encode(JSON.stringify([check]));
    const ask = { body, isCompressed: false, receivedAtMs: house.now(), boundAgentId: null };

    desk.tell({ kind: 'actions', id: 1, ask });
    desk.take([aToolCall({ endMs: house.now(), attributes: { 'agent.action.id': 'act-1' } })]);

    const calls = desk.engine.sums.counting.counters.all('agent_tool_calls_total');
    expect(calls.find(({ labels }) => labels[1] === 'stripe.refund')?.value).toBe(1);
    const { records } = desk.engine.page({ fromMs: 0, toMs: house.now() + 1, agentId: null }, null, 10);
    expect(records.map(({ origin, actionId }) => [origin, actionId])).toEqual([
      ['check', 'act-1'],
      ['span', 'act-1'],
    ]);
  });

  it('judges an artifact by the review that was reported of its action', () => {
    const house = aHouse();
    const desk = house.open();
    const at = new Date(house.now() - 1000).toISOString();
    const common = { agentId: 'support-agent', at };
    const presentedAt = new Date(house.now() - 10 * MINUTE).toISOString();
    const review = { presentedAt, decidedAt: at, reviewer: 'U0REVIEWER1' };
    const reports = [
      { ...common, kind: 'artifact', actionId: 'letter-1', customerVisible: true },
      { ...common, kind: 'artifact', actionId: 'letter-2', customerVisible: true },
      { ...common, kind: 'review', actionId: 'letter-2', review },
    ];
    const body = new TextEncoder().encode(JSON.stringify(reports));

    const ask = { body, isCompressed: false, receivedAtMs: house.now(), boundAgentId: null };
    desk.tell({ kind: 'actions', id: 1, ask });

    expect(desk.findings().map(({ rule, actionIds }) => [rule, actionIds])).toEqual([
      ['review-bypassed', ['letter-1']],
    ]);
    const { counters } = desk.engine.sums.counting;
    const artifacts = counters.all('agent_customer_artifacts_total').filter(({ value }) => value > 0);
    expect(artifacts.map(({ labels, value }) => [...labels, value])).toEqual([
      ['support-agent', 'bypassed', 1],
      ['support-agent', 'approved', 1],
    ]);
  });

  it('says that an agent has fallen silent, also when it restarted meanwhile', () => {
    const house = aHouse();
    const first = house.open();
    for (let hour = 0; hour < 150; hour += 1) {
      first.take([aChat({ endMs: house.now() - 1000 })]);
      house.pass(HOUR);
    }
    first.engine.writeSums();
    first.die();

    const second = house.open();
    while (second.engine.wakeSome(10)) continue;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      second.engine.advance(100);
      house.pass(MINUTE);
    }

    expect(second.findings().map(({ rule, agentId }) => [rule, agentId])).toContainEqual([
      'silence',
      'billing-agent',
    ]);
  });
});
