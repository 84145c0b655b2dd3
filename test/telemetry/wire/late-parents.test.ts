import { expect, it } from 'vitest';
import { Ancestry } from '../../../src/telemetry/wire/ancestry.js';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import type { ReadTelemetry } from '../../../src/telemetry/wire/types.js';
import {
  aContext,
  aSpan,
  aSpanId,
  decodeTraces,
  TRACE,
  tracesOf,
  type SpanFields,
} from '../../support/otlp.js';

const REGISTRY = {
  agents: new Map([['billing-agent', { tools: [{ name: 't', actionClass: 'external-api-call' }] }]]),
};
const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 't' };
const run = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.id': 'billing-agent' };

/** Reads batches one after the other. */
function read(batches: readonly (readonly SpanFields[])[], maxSpans = 1000): readonly ReadTelemetry[] {
  const context = aContext({ registry: REGISTRY, ancestry: new Ancestry({ maxSpans }) });
  return batches.map((spans) => readRecords(decodeTraces(tracesOf(spans.map(aSpan))), context));
}

const correctionOf = (id: number) => ({
  traceId: TRACE,
  spanId: aSpanId(id),
  fromAgentId: 'a-service',
  toAgentId: 'billing-agent',
  actionClass: 'external-api-call',
});

it('corrects what was recorded under its service, once the agent around it arrives', () => {
  const [children, parent] = read([
    [
      { id: 2, parent: 1, attributes: tool },
      { id: 3, parent: 1, attributes: tool },
    ],
    [{ id: 1, attributes: run }],
  ]);

  expect(children?.records.map(({ agentId }) => agentId)).toEqual(['a-service', 'a-service']);
  expect(children?.corrections).toEqual([]);
  expect(parent?.corrections).toEqual([correctionOf(2), correctionOf(3)]);
});

it('corrects through parents that come one after the other, from the inside out and from the outside in', () => {
  const leaf = { id: 4, parent: 3, attributes: tool };
  const inner = { id: 3, parent: 2, attributes: {} };
  const outer = { id: 2, parent: 1, attributes: {} };
  const agent = { id: 1, attributes: run };

  expect(read([[leaf], [inner], [outer], [agent]]).at(-1)?.corrections).toEqual([correctionOf(4)]);
  expect(read([[leaf], [agent], [outer], [inner]]).at(-1)?.corrections).toEqual([correctionOf(4)]);
  expect(read([[leaf], [agent, outer, inner]]).at(-1)?.corrections).toEqual([correctionOf(4)]);
});

it('corrects to the nearest agent, and not again to one further out', () => {
  const nearer = { ...run, 'gen_ai.agent.id': 'nearer' };

  const [, near, far] = read([
    [{ id: 3, parent: 2, attributes: tool }],
    [{ id: 2, parent: 1, attributes: nearer }],
    [{ id: 1, attributes: run }],
  ]);

  expect(near?.corrections).toMatchObject([{ toAgentId: 'nearer', actionClass: null }]);
  expect(far?.corrections).toEqual([]);
});

it('corrects once, although parent and child are sent again', () => {
  const child = { id: 2, parent: 1, attributes: tool };
  const parent = { id: 1, attributes: run };

  const reads = read([[child], [child], [parent], [parent], [child]]);

  expect(reads.flatMap(({ corrections }) => corrections)).toEqual([correctionOf(2)]);
  expect(reads.at(-1)?.records[0]?.agentId).toBe('billing-agent');
});

it('corrects nothing where the child told its agent, the root tells none, or a token is bound to one', () => {
  const own = { id: 2, parent: 1, attributes: { ...tool, 'gen_ai.agent.id': 'own' } };
  const context = aContext({ boundAgentId: 'bound', ancestry: new Ancestry({ maxSpans: 10 }) });
  const bound = [[{ id: 2, parent: 1, attributes: tool }], [{ id: 1, attributes: run }]].map((spans) =>
    readRecords(decodeTraces(tracesOf(spans.map(aSpan))), context),
  );

  expect(read([[own], [{ id: 1, attributes: run }]]).flatMap(({ corrections }) => corrections)).toEqual([]);
  expect(
    read([[{ id: 2, parent: 1, attributes: tool }], [{ id: 1, attributes: {} }]]).flatMap(
      ({ corrections }) => corrections,
    ),
  ).toEqual([]);
  expect(bound.flatMap(({ corrections }) => corrections)).toEqual([]);
});

it('remembers as many spans as it may, and forgets the traces that were touched longest ago', () => {
  const ancestry = new Ancestry({ maxSpans: 50 });
  const context = aContext({ ancestry });
  const trace = (index: number) => index.toString(16).padStart(32, '0');
  for (let index = 1; index <= 500; index += 1) {
    const span = { traceId: trace(index), id: 2, parent: 1, attributes: tool };
    readRecords(decodeTraces(tracesOf([aSpan(span)])), context);
  }

  const late = (index: number) =>
    readRecords(decodeTraces(tracesOf([aSpan({ traceId: trace(index), id: 1, attributes: run })])), context)
      .corrections;

  expect(ancestry.size).toBeLessThanOrEqual(52);
  expect(late(500)).toHaveLength(1);
  expect(late(1)).toEqual([]);
});
