/** Series by label values: how many there may be, and what becomes of them over a start and over weeks. */
import { describe, expect, it } from 'vitest';
import { createCounters } from '../../src/telemetry/metrics/counters.js';
import { OTHER } from '../../src/telemetry/metrics/families.js';
import { DAY } from '../support/action-records.js';
import { openEngine, type EngineDesk } from '../support/engine.js';
import { aChat, aToolCall } from '../support/otlp-requests.js';
import { telemetryPath } from '../support/telemetry.js';

const NOW = Date.parse('2026-11-13T00:00:00.000Z');
const METRIC = 'agent_tool_calls_total';

function seriesOf({ engine }: EngineDesk, agent: string): number {
  const metrics = ['agent_spend_usd_total', METRIC, 'agent_api_calls_total'];
  return metrics
    .flatMap((metric) => engine.counters().all(metric))
    .filter(({ labels }) => labels[0] === agent).length;
}

describe('series that are full', () => {
  it('are the same after a start, each with its own number', () => {
    const before = createCounters({ perMetric: 100, perAgent: 3 });
    for (const [index, tool] of ['a', 'b', 'z', 'too-many', 'and-more'].entries())
      before.add(METRIC, ['billing-agent', tool], 10 ** index);
    const written = before
      .takeChanged()
      .map(({ labels, value }) => ({ metric: METRIC, labels, value }))
      // As the database gives them back.
      .toSorted((one, other) => (JSON.stringify(one.labels) < JSON.stringify(other.labels) ? -1 : 1));

    const after = createCounters({ perMetric: 100, perAgent: 3 });
    after.restore(written);
    after.add(METRIC, ['billing-agent', 'z'], 1);
    after.add(METRIC, ['billing-agent', 'yet-more'], 1);

    expect(new Map(after.all(METRIC).map(({ labels, value }) => [labels[1], value]))).toEqual(
      new Map([
        ['a', 1],
        ['b', 10],
        ['z', 101],
        [OTHER, 11_001],
      ]),
    );
  });

  it('have room again for others once an agent is forgotten', () => {
    const counters = createCounters({ perMetric: 3, perAgent: 3 });
    for (const agent of ['one', 'two', 'three', 'four']) counters.add(METRIC, [agent, 'a'], 1);

    for (const agent of ['one', 'two']) counters.forget(agent);
    counters.add(METRIC, ['five', 'a'], 1);

    expect(counters.all(METRIC).map(({ labels }) => labels[0])).toEqual(['three', OTHER, 'five']);
  });
});

describe('an agent of which nothing was heard for more than a week', () => {
  it('is told no longer if nobody declares it, also after a start; a declared one is', () => {
    let nowMs = NOW;
    const house = { path: telemetryPath(), now: () => nowMs };
    const first = openEngine(house);
    first.take([aChat({ usd: 3, endMs: NOW }), aToolCall({ endMs: NOW })]);
    first.take([
      aChat({ agent: 'pod-7f9c', usd: 3, endMs: NOW }),
      aToolCall({ agent: 'pod-7f9c', endMs: NOW }),
    ]);
    first.engine.writeSums();
    const before = [seriesOf(first, 'pod-7f9c'), seriesOf(first, 'billing-agent')];

    nowMs += 7 * DAY;
    first.engine.purgeSome(0);
    const afterAWeek = seriesOf(first, 'pod-7f9c');
    nowMs += 2 * DAY;
    first.engine.purgeSome(0);
    const forgotten = seriesOf(first, 'pod-7f9c');
    first.die();
    const second = openEngine(house);

    expect(before[0]).toBe(3);
    expect(afterAWeek).toBe(3);
    expect(forgotten).toBe(0);
    expect([seriesOf(second, 'pod-7f9c'), seriesOf(second, 'billing-agent')]).toEqual([0, before[1]]);
  });

  it('is told again from its first act on when it comes back', () => {
    let nowMs = NOW;
    const house = { path: telemetryPath(), now: () => nowMs };
    const desk = openEngine(house);
    desk.take([aChat({ agent: 'pod-7f9c', usd: 3, endMs: nowMs })]);
    desk.engine.writeSums();

    nowMs += 9 * DAY;
    desk.take([aChat({ agent: 'pod-7f9c', usd: 4, endMs: nowMs })]);
    desk.engine.purgeSome(0);

    expect(seriesOf(desk, 'pod-7f9c')).toBe(1);
  });
});
