import { describe, expect, it } from 'vitest';
import type { CounterRow } from '../../src/telemetry/database/counter-table.js';
import { openEngine, type EngineDesk } from '../support/engine.js';
import { aChat, aToolCall } from '../support/otlp-requests.js';
import { telemetryPath } from '../support/telemetry.js';

const NOW = Date.parse('2026-11-13T00:00:00.000Z');
const TRACE = 'a'.repeat(32);
const PARENT = 'b'.repeat(16);
const ENDED = NOW - 1000;
/** Spans that do not tell their agent, before the one around them does. */
const WITHIN = { agent: '', traceId: TRACE, parentSpanId: PARENT, endMs: ENDED };
const AROUND = aChat({
  traceId: TRACE,
  spanId: PARENT,
  endMs: ENDED,
  attributes: { 'gen_ai.operation.name': 'invoke_agent' },
});

function countedOf({ engine }: EngineDesk, metric: string, agent: string): number {
  const rows = engine.sums.counting.counters.all(metric);
  return rows.filter(({ labels }) => labels[0] === agent).reduce((sum, { value }) => sum + value, 0);
}

describe('a span that was given to another agent after its sums were written', () => {
  it('is counted for that agent, although the process is killed right afterwards', () => {
    const house = { path: telemetryPath(), now: () => NOW };
    const first = openEngine(house);
    first.take([aChat({ ...WITHIN, usd: 3 }), aToolCall(WITHIN)], 'some-service');
    first.take([aChat({ usd: 4, endMs: ENDED })]);
    first.engine.writeSums();
    first.take([aChat({ usd: 5, endMs: ENDED })]);
    first.take([AROUND]);
    first.die();

    const second = openEngine(house);

    expect(countedOf(second, 'agent_spend_usd_total', 'billing-agent')).toBe(12);
    expect(countedOf(second, 'agent_spend_usd_total', 'some-service')).toBe(3);
    expect(countedOf(second, 'agent_api_calls_total', 'billing-agent')).toBe(1);
    expect(second.tables.endpoints.read('billing-agent').map(({ endpoint }) => endpoint)).toEqual([
      'stripe.refund',
    ]);
  });

  it('is counted once, when sums are written again afterwards', () => {
    const house = { path: telemetryPath(), now: () => NOW };
    const first = openEngine(house);
    first.take([aChat({ ...WITHIN, usd: 3 })], 'some-service');
    first.engine.writeSums();
    first.take([aChat({ usd: 5, endMs: ENDED })]);
    first.take([AROUND]);
    first.engine.writeSums();
    first.die();

    const second = openEngine(house);

    expect(countedOf(second, 'agent_spend_usd_total', 'billing-agent')).toBe(8);
    expect(second.tables.counters.all()).toContainEqual({
      metric: 'agent_spend_usd_total',
      labels: ['billing-agent'],
      value: 8,
    });
  });
});

describe('what Prometheus has scraped', () => {
  it('is not more than what a start after a kill tells: a counter that falls looks like one that began again', () => {
    const house = { path: telemetryPath(), now: () => NOW };
    const first = openEngine(house);
    first.take([aChat({ ...WITHIN, usd: 3 }), aToolCall(WITHIN)], 'some-service');
    first.take([AROUND]);
    const scraped = first.engine.counters().all('agent_spend_usd_total').map(valueByAgent);
    first.die();

    const second = openEngine(house);

    expect(scraped).toEqual(expect.arrayContaining([['some-service', 3]]));
    expect(second.engine.counters().all('agent_spend_usd_total').map(valueByAgent)).toEqual(
      expect.arrayContaining(scraped),
    );
  });
});

function valueByAgent({ labels, value }: CounterRow): [string | undefined, number] {
  return [labels[0], value];
}
