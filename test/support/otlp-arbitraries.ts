/** Requests of OTLP/JSON with anything in them that is allowed, and some of what is not. */
import fc from 'fast-check';
import { KNOWN_NAMES } from '../../src/telemetry/wire/attribute-names.js';

const hexOf = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));
/** Few, so that spans enclose one another; now and then an invalid one. */
const spanId = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 12 }).map((id) => id.toString(16).padStart(16, '0')) },
  { weight: 1, arbitrary: hexOf(8) },
  { weight: 1, arbitrary: hexOf(3) },
);
const traceId = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('a'.repeat(32), 'b'.repeat(32)) },
  { weight: 1, arbitrary: hexOf(16) },
  { weight: 1, arbitrary: hexOf(15) },
  { weight: 1, arbitrary: fc.constant('0'.repeat(32)) },
);
const nanoseconds = fc.oneof(
  fc.bigInt({ min: 1_795_143_600_000_000_000n, max: 1_795_147_200_000_000_000n }).map(String),
  fc.constant('0'),
  fc.constant('18446744073709551615'),
);

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KNOWN_NAMES.map((known) => known.name)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'gen_ai.prompt.0.content',
      'gen_ai.completion.0.tool_calls.0.name',
      'llm.input_messages.0.message.role',
    ),
  },
  { weight: 1, arbitrary: fc.string() },
);
const word = fc.constantFrom(
  'chat',
  'execute_tool',
  'invoke_agent',
  'tools/call',
  'LLM',
  'agent-1',
  'gpt-4o',
  'customer',
  'USD',
  'EUR',
  '12',
  '{"total":1}',
  '[{"role":"user","parts":[{"type":"text","content":"x"}]}]',
);

const { value: anyValue } = fc.letrec<{ value: object; list: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'value' },
    { weight: 4, arbitrary: word.map((stringValue) => ({ stringValue })) },
    fc.string({ unit: 'grapheme' }).map((stringValue) => ({ stringValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((integer) => ({ intValue: String(integer) })),
    fc.nat().map((integer) => ({ intValue: String(integer) })),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((doubleValue) => ({ doubleValue: doubleValue + 0 })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.constant({}),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key: fc.string(), value: tie('value') }), { maxLength: 4 })
      .map((values) => ({ kvlistValue: { values } })),
  ),
  list: fc.constant({}),
}));

const attributes = fc.array(fc.record({ key: name, value: anyValue }), { maxLength: 12 });
const event = fc.record({
  name: fc.constantFrom('gen_ai.user.message', 'gen_ai.choice', 'exception', 'gen_ai.content.prompt', 'x'),
  timeUnixNano: nanoseconds,
  attributes,
});
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const span = fc.record({
  traceId,
  spanId,
  parentSpanId: optional(spanId),
  name: fc.string(),
  kind: fc.integer({ min: 0, max: 5 }),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  events: fc.array(event, { maxLength: 2 }),
  status: optional(fc.record({ code: fc.integer({ min: 0, max: 2 }) })),
});
const log = fc.record({
  traceId: optional(traceId),
  spanId: optional(spanId),
  timeUnixNano: nanoseconds,
  observedTimeUnixNano: nanoseconds,
  eventName: fc.constantFrom('', 'gen_ai.choice', 'gen_ai.client.inference.operation.details', 'x'),
  body: optional(anyValue),
  attributes,
});
const resource = fc.record({ attributes });

export const anyTraces: fc.Arbitrary<object> = fc
  .array(
    fc.record({
      resource,
      scopeSpans: fc.array(fc.record({ spans: fc.array(span, { maxLength: 6 }) }), { maxLength: 2 }),
    }),
    { maxLength: 2 },
  )
  .map((resourceSpans) => ({ resourceSpans }));

export const anyLogs: fc.Arbitrary<object> = fc
  .array(
    fc.record({
      resource,
      scopeLogs: fc.array(fc.record({ logRecords: fc.array(log, { maxLength: 6 }) }), { maxLength: 2 }),
    }),
    { maxLength: 2 },
  )
  .map((resourceLogs) => ({ resourceLogs }));
