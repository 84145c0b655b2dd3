import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ancestry } from '../../../src/telemetry/wire/ancestry.js';
import { recallSpans } from '../../../src/telemetry/wire/recall-spans.js';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import {
  aContext,
  aSpan,
  decodeTraces,
  readSpans,
  START_MS,
  tracesOf,
  type SpanFields,
} from '../../support/otlp.js';

const PRICES = new Map([['m', { inputPerMillion: 1, outputPerMillion: 1 }]]);
const chat = (
  id: number,
  fields: SpanFields & { readonly tokens?: number; readonly response?: string } = {},
): SpanFields => ({
  id,
  ...fields,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'm',
    ...(fields.tokens !== undefined && { 'gen_ai.usage.input_tokens': fields.tokens }),
    ...(fields.response !== undefined && { 'gen_ai.response.id': fields.response }),
  },
});
const tool = (id: number, fields: SpanFields = {}): SpanFields => ({
  id,
  ...fields,
  attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': `tool-${id}` },
});
const step = (id: number, fields: SpanFields = {}): SpanFields => ({ id, ...fields, attributes: {} });

/** Ids of the spans whose call was counted, with the tokens of each. */
function counted(
  ...batches: readonly (readonly SpanFields[])[]
): readonly (readonly [number, number | null])[] {
  const context = aContext({ prices: PRICES, ancestry: new Ancestry({ maxSpans: 1000 }) });
  const records = batches.flatMap(
    (spans) => readRecords(decodeTraces(tracesOf(spans.map(aSpan))), context).records,
  );
  return records
    .filter(({ kind, cost }) => kind === 'inference' && cost !== null)
    .map(({ spanId, cost }) => [Number.parseInt(spanId ?? '', 16), cost?.inputTokens ?? null] as const);
}

describe('a call that two instrumentations tell of', () => {
  it('is counted by the inner one, and the outer is no inference', () => {
    expect(counted([chat(2, { parent: 1, tokens: 10 }), chat(1, { tokens: 10 })])).toEqual([[2, 10]]);
    expect(counted([chat(1, { tokens: 10 }), chat(2, { parent: 1, tokens: 10 })])).toEqual([[2, 10]]);
  });

  it('is one call where a span names itself as its parent', () => {
    expect(counted([chat(1, { parent: 1, tokens: 10 })])).toEqual([[1, 10]]);
    expect(counted([chat(1, { parent: 1, tokens: 10 })], [chat(2, { parent: 1, tokens: 10 })])).toEqual([
      [1, 10],
    ]);
  });

  it('is counted by the inner ones where the outer adds several up', () => {
    const inner = [2, 3, 4].map((id) => chat(id, { parent: 1, tokens: 10, response: `r${id}` }));

    expect(counted([...inner, chat(1, { tokens: 30, response: 'r4' })]).map(([id]) => id)).toEqual([2, 3, 4]);
  });

  it('is counted once through whatever stands between', () => {
    expect(
      counted([chat(3, { parent: 2, tokens: 10 }), step(2, { parent: 1 }), chat(1, { tokens: 10 })]),
    ).toEqual([[3, 10]]);
  });

  it('is counted by the one that came first, when they come apart', () => {
    expect(counted([chat(2, { parent: 1, tokens: 10 })], [chat(1, { tokens: 10 })])).toEqual([[2, 10]]);
    expect(counted([chat(1, { tokens: 10 })], [chat(2, { parent: 1, tokens: 10 })])).toEqual([[1, 10]]);
  });

  it('is counted once although what stands between comes last', () => {
    expect(
      counted([chat(3, { parent: 2, tokens: 10 })], [step(2, { parent: 1 })], [chat(1, { tokens: 10 })]),
    ).toEqual([[3, 10]]);
  });

  it('is counted by the outer one where the inner says no usage', () => {
    expect(counted([chat(2, { parent: 1 }), chat(1, { tokens: 10 })])).toEqual([[1, 10]]);
  });

  it('is counted, and unknown, where neither says any', () => {
    expect(counted([chat(2, { parent: 1 }), chat(1)])).toEqual([[1, null]]);
  });

  it('is counted once where they stand beside one another, with one response at one time', () => {
    const twin = { parent: 1, tokens: 10, response: 'r1' };

    expect(counted([chat(2, twin), chat(3, twin)])).toEqual([[2, 10]]);
    expect(counted([chat(2, twin)], [chat(3, twin)])).toEqual([[2, 10]]);
  });

  it('gets the same answer when it is sent again', () => {
    const batch = [
      chat(2, { parent: 1, tokens: 10, response: 'r1' }),
      chat(1, { tokens: 10, response: 'r1' }),
    ];

    expect(counted(batch, batch, batch.toReversed())).toEqual([
      [2, 10],
      [2, 10],
      [2, 10],
    ]);
  });
});

describe('calls that are several', () => {
  it('are counted each where both name their responses and the names differ', () => {
    const batch = [
      chat(2, { parent: 1, tokens: 10, response: 'r1' }),
      chat(1, { tokens: 20, response: 'r2' }),
    ];

    expect(counted(batch)).toEqual([
      [2, 10],
      [1, 20],
    ]);
  });

  it('are counted each where a tool or an agent lies between them', () => {
    const agent = { id: 2, parent: 1, attributes: { 'gen_ai.operation.name': 'invoke_agent' } };

    expect(
      counted([chat(3, { parent: 2, tokens: 10 }), tool(2, { parent: 1 }), chat(1, { tokens: 20 })]),
    ).toHaveLength(2);
    expect(counted([chat(3, { parent: 2, tokens: 10 }), agent, chat(1, { tokens: 20 })])).toHaveLength(2);
    expect(
      counted([chat(3, { parent: 2, tokens: 10 })], [tool(2, { parent: 1 })], [chat(1, { tokens: 20 })]),
    ).toHaveLength(2);
  });

  it('are counted each where they follow one another, though their responses have one name', () => {
    const first = chat(2, {
      parent: 1,
      tokens: 10,
      response: 'id-0',
      startMs: START_MS,
      endMs: START_MS + 10,
    });
    const second = chat(3, {
      parent: 1,
      tokens: 10,
      response: 'id-0',
      startMs: START_MS + 10,
      endMs: START_MS + 20,
    });

    expect(counted([first, second])).toHaveLength(2);
  });

  it('are counted each in traces of their own', () => {
    const other = { traceId: 'f'.repeat(32), tokens: 10, response: 'r1' };

    expect(counted([chat(1, { tokens: 10, response: 'r1' }), chat(1, other)])).toHaveLength(2);
  });
});

it('counts a nest of tellings of one call exactly once, as far as what links them has come', () => {
  const nest = fc.integer({ min: 1, max: 6 }).chain((depth) =>
    fc.tuple(
      fc.shuffledSubarray(
        Array.from({ length: depth }, (_, index) => index + 1),
        { minLength: depth },
      ),
      fc.array(fc.boolean(), { minLength: depth, maxLength: depth }),
      fc.array(fc.boolean(), { minLength: depth, maxLength: depth }),
    ),
  );

  fc.assert(
    fc.property(nest, ([order, ends, isChat]) => {
      fc.pre(isChat.some(Boolean));
      const spans = order.map((id) => {
        const parent = id === 1 ? {} : { parent: id - 1 };
        return isChat[id - 1] === true ? chat(id, { ...parent, tokens: 10 }) : step(id, parent);
      });
      const batches: SpanFields[][] = [[]];
      for (const [index, span] of spans.entries()) {
        batches.at(-1)?.push(span);
        if (ends[index] === true) batches.push([]);
      }
      const chatIds = order.filter((id) => isChat[id - 1]);
      const isConnected =
        batches.length === 1 || isOrderedInward(order) || isOrderedInward(order.toReversed());

      const count = counted(...batches).length;

      expect(count).toBeGreaterThanOrEqual(1);
      expect(count).toBeLessThanOrEqual(chatIds.length);
      if (isConnected) expect(count).toBe(1);
    }),
    { numRuns: 500 },
  );
});

function isOrderedInward(order: readonly number[]): boolean {
  return order.every((id, index) => index === 0 || id > (order[index - 1] ?? 0));
}

it('does not count a call again after a restart, when what encloses it comes or is sent again', () => {
  const inner = chat(3, { parent: 2, tokens: 10 });
  const outer = [step(2, { parent: 1 }), chat(1, { tokens: 10 })];
  const read = (spans: readonly SpanFields[], ancestry: Ancestry) =>
    readRecords(decodeTraces(tracesOf(spans.map(aSpan))), aContext({ prices: PRICES, ancestry })).records;
  const before = read([inner], new Ancestry({ maxSpans: 100 }));
  const restarted = new Ancestry({ maxSpans: 100 });
  recallSpans(restarted, before);

  expect(read(outer, restarted).map(({ kind }) => kind)).toEqual(['other']);
  expect(read([inner], restarted)).toEqual(before);
});

it('tells no cost of an inference that is counted elsewhere', () => {
  const { records } = readSpans([chat(2, { parent: 1, tokens: 10 }), chat(1, { tokens: 10 })], {
    prices: PRICES,
  });

  expect(records.map(({ kind, cost }) => [kind, cost?.usd ?? null])).toEqual([
    ['inference', 0.000_01],
    ['other', null],
  ]);
});
