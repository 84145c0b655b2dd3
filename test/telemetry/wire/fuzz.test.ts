import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ancestry } from '../../../src/telemetry/wire/ancestry.js';
import { decodeOtlp, type OtlpBody } from '../../../src/telemetry/wire/decode-otlp.js';
import { InvalidOtlp } from '../../../src/telemetry/wire/invalid-otlp.js';
import { JsonCursor } from '../../../src/telemetry/wire/json-cursor.js';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import type { ReadingContext } from '../../../src/telemetry/wire/reading-context.js';
import type { ReadTelemetry } from '../../../src/telemetry/wire/types.js';
import { anyLogs, anyTraces } from '../../support/otlp-arbitraries.js';
import { aContext, aSpan, tracesOf } from '../../support/otlp.js';
import { toProtobuf } from '../../support/otlp-protobuf.js';

const MIB = 1_048_576;
const signal = fc.constantFrom('traces' as const, 'logs' as const);
const format = fc.constantFrom('json' as const, 'protobuf' as const);

/** Reads a body; null where it is no OTLP. Anything else that is thrown is a defect. */
function take(body: OtlpBody, context: ReadingContext = aContext()): ReadTelemetry | null {
  try {
    return readRecords(decodeOtlp(body), context);
  } catch (error) {
    if (error instanceof InvalidOtlp) return null;
    throw error;
  }
}

/** What could not have been stored, or would not come back as it was. */
function faultsOf({ records, content }: ReadTelemetry): readonly object[] {
  const badRecords = records.filter(
    (record) =>
      !/^[0-9a-f]{32}$/.test(record.traceId ?? '0'.repeat(32)) ||
      !/^[0-9a-f]{16}$/.test(record.spanId ?? '0'.repeat(16)) ||
      !Number.isSafeInteger(record.atMs) ||
      record.startedAtMs > record.atMs ||
      record.agentId === '' ||
      (record.cost !== null && record.kind !== 'inference') ||
      (record.cost?.usd ?? 0) < 0 ||
      !Number.isFinite(record.cost?.usd ?? 0),
  );
  return [...badRecords, ...content.filter(({ text }) => text === '' || typeof text !== 'string')];
}

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 9 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc
      .constantFrom('"', '\\', '{', '[', ']', '}', ',', ':', 'null', '-1', '1e999', '\\ud800', '"\\u0000"')
      .map((text) => Buffer.from(text)),
  ),
});

function edited(
  body: Uint8Array,
  edits: readonly { at: number; remove: number; insert: Uint8Array }[],
): Uint8Array {
  return edits.reduce<Uint8Array>((bytes, { at, remove, insert }) => {
    const from = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + remove)]);
  }, body);
}

describe('whatever is sent', () => {
  it('bytes: there is a result, or it is no OTLP', () => {
    fc.assert(
      fc.property(signal, format, fc.uint8Array({ maxLength: 300 }), (ofSignal, ofFormat, body) => {
        expect(faultsOf(take({ signal: ofSignal, format: ofFormat, body }) ?? NOTHING)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('JSON: there is a result, or it is no OTLP', () => {
    const json = fc.jsonValue({ maxDepth: 6 }).map((value) => ({ resourceSpans: value }));
    fc.assert(
      fc.property(fc.oneof(json, fc.jsonValue()), (value) => {
        const body = Buffer.from(JSON.stringify(value));

        expect(faultsOf(take({ signal: 'traces', format: 'json', body }) ?? NOTHING)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['JSON', 'json', (request: object) => Buffer.from(JSON.stringify(request))],
    ['protobuf', 'protobuf', toProtobuf],
  ] as const)('%s that is nearly valid: there is a result, or it is no OTLP', (_, ofFormat, write) => {
    const request = fc.oneof(anyTraces, anyLogs);
    const context = aContext({ ancestry: new Ancestry({ maxSpans: 200 }), prices: PRICES });
    fc.assert(
      fc.property(signal, request, fc.array(edit, { maxLength: 3 }), (ofSignal, sent, edits) => {
        const body = edited(write(sent), edits);

        expect(faultsOf(take({ signal: ofSignal, format: ofFormat, body }, context) ?? NOTHING)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(context.ancestry.size).toBeLessThan(400);
  });

  it('reads the same again where the same is sent again', () => {
    fc.assert(
      fc.property(anyTraces, (request) => {
        const context = aContext({ prices: PRICES });
        const body = Buffer.from(JSON.stringify(request));
        const first = take({ signal: 'traces', format: 'json', body }, context);
        fc.pre(new Set(first?.records.map(({ spanId }) => spanId)).size === first?.records.length);

        expect(take({ signal: 'traces', format: 'json', body }, context)?.records).toEqual(first?.records);
      }),
      { numRuns: 300 },
    );
  });
});

const NOTHING: ReadTelemetry = { records: [], content: [], corrections: [], tellers: [] };
const PRICES = new Map([['gpt-4o', { inputPerMillion: 1, outputPerMillion: 1 }]]);

describe('JSON without building it', () => {
  /** Is it JSON, as the cursor reads it, to its end? */
  function passes(text: string): boolean {
    const cursor = new JsonCursor(Buffer.from(text));
    try {
      cursor.skip();
      return cursor.peek() === -1;
    } catch (error) {
      if (error instanceof InvalidOtlp) return false;
      throw error;
    }
  }
  function parses(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
  const TOKENS = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '\\u00e9',
    '\\x',
    '0',
    '-',
    '1.5e+3',
    '01',
    '.5',
    'true',
    'nul',
    'null',
    ' ',
    '\n',
    '\u0001',
    'é',
  ];

  it('is as strict as JSON.parse', () => {
    const text = fc.oneof(
      fc.json(),
      fc.array(fc.constantFrom(...TOKENS), { maxLength: 8 }).map((tokens) => tokens.join('')),
      fc.tuple(fc.json(), fc.nat(), fc.constantFrom(...TOKENS)).map(([json, at, token]) => {
        const from = at % (json.length + 1);
        return json.slice(0, from) + token + json.slice(from + (at % 3));
      }),
    );

    fc.assert(
      fc.property(text, (each) => {
        expect(passes(each)).toBe(parses(each));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('what nests without end', () => {
  const DEEP = 4 * MIB;
  const withText = (text: string) =>
    Buffer.from(
      JSON.stringify(
        tracesOf([aSpan({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.input.messages': text } })]),
      ),
    );

  it.each([
    ['lists', '['.repeat(DEEP)],
    ['lists that are closed', '['.repeat(DEEP / 2) + ']'.repeat(DEEP / 2)],
    ['objects', '{"a":'.repeat(DEEP / 5)],
    ['an unknown field', `{"resourceSpans":[{"x":${'['.repeat(DEEP)}`],
    [
      'values',
      `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":${'{"arrayValue":{"values":['.repeat(DEEP / 25)}`,
    ],
  ])('is no OTLP, and costs no memory: %s', (_, text) => {
    const body = Buffer.from(text);
    const before = process.memoryUsage().rss;

    expect(take({ signal: 'traces', format: 'json', body })).toBeNull();
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
  });

  it('is a value that says nothing, in protobuf', () => {
    let value: Uint8Array = Buffer.from([0x0a, 0x01, 0x78]);
    for (let depth = 0; depth < 3000; depth += 1) value = wrapped(0x2a, wrapped(0x0a, value));
    const attribute = Buffer.concat([wrapped(0x0a, Buffer.from('service.name')), wrapped(0x12, value)]);
    const body = wrapped(0x0a, wrapped(0x0a, wrapped(0x0a, attribute)));

    expect(take({ signal: 'traces', format: 'protobuf', body })).toEqual(NOTHING);
  });

  it('is text like any other, where it stands in an attribute', () => {
    const text = '['.repeat(DEEP / 4) + ']'.repeat(DEEP / 4);

    const read = take({ signal: 'traces', format: 'json', body: withText(text) });

    expect(read?.content.map(({ kind, text: said }) => [kind, said.length])).toEqual([
      ['input', text.length],
    ]);
  });
});

/** A length-delimited field. */
function wrapped(tag: number, inner: Uint8Array): Buffer {
  const size: number[] = [];
  let rest = inner.length;
  while (rest > 127) {
    size.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.concat([Buffer.from([tag, ...size, rest]), inner]);
}
