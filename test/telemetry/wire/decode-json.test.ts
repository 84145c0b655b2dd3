import { describe, expect, it } from 'vitest';
import { SLOT } from '../../../src/telemetry/wire/attribute-names.js';
import { decodeOtlp } from '../../../src/telemetry/wire/decode-otlp.js';
import { InvalidOtlp } from '../../../src/telemetry/wire/invalid-otlp.js';
import { aSpan, decodeLogs, decodeTraces, tracesOf } from '../../support/otlp.js';

const decodeText = (text: string) =>
  decodeOtlp({ signal: 'traces', format: 'json', body: Buffer.from(text) });
const withSpan = (change: object) => decodeTraces(tracesOf([{ ...aSpan({}), ...change }]));

describe('OTLP in JSON', () => {
  it('reads each span as it is, however like the one before it begins', () => {
    const model = (text: string) => `{"key":"gen_ai.request.model","value":${text}}`;
    const tool = '{"key":"gen_ai.tool.name","value":{"stringValue":"stripe.refund"}}';
    const lists = [
      [model('{"stringValue":"gpt-4o"}'), tool],
      [model('{"stringValue":"gpt-4o"}'), tool],
      [model('{"stringValue":"gpt-4o-mini"}'), tool],
      [model('{"stringValue":"gpt\\u002d4o"}')],
      [model('{"stringValue":"gpt-4o","boolValue":null}'), tool],
      [model('{"intValue":7}'), tool],
      [tool, model('{"stringValue":"gpt-4o"}')],
      [tool],
    ];
    const span = (attributes: string[]): string =>
      `{"traceId":"${'a'.repeat(32)}","spanId":"${'b'.repeat(16)}","attributes":[${attributes.join(',')}],"endTimeUnixNano":"1795143601000000000"}`;

    const { spans, rejected } = decodeText(
      `{"resourceSpans":[{"scopeSpans":[{"spans":[${lists.map(span).join(',')}]}]}]}`,
    );

    expect(rejected).toBe(0);
    expect(spans.map(({ slots }) => [slots[SLOT.requestModel], slots[SLOT.toolName]])).toEqual([
      ['gpt-4o', 'stripe.refund'],
      ['gpt-4o', 'stripe.refund'],
      ['gpt-4o-mini', 'stripe.refund'],
      ['gpt-4o', undefined],
      ['gpt-4o', 'stripe.refund'],
      [7, 'stripe.refund'],
      ['gpt-4o', 'stripe.refund'],
      [undefined, 'stripe.refund'],
    ]);
    expect(() =>
      decodeText(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span([tool]).slice(0, -60)}`),
    ).toThrow(InvalidOtlp);
  });

  it("takes the specification's own example", () => {
    const { spans, rejected } =
      decodeText(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name",
      "value":{"stringValue":"my.service"}}]},"scopeSpans":[{"scope":{"name":"my.library","version":"1.0.0","attributes":[
      {"key":"my.scope.attribute","value":{"stringValue":"some scope attribute"}}]},"spans":[{
      "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173",
      "name":"I'm a server span","startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000",
      "kind":2,"attributes":[{"key":"my.span.attr","value":{"stringValue":"some value"}}]}]}]}]}`);

    expect(rejected).toBe(0);
    expect(spans).toMatchObject([
      {
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        parentSpanId: 'eee19b7ec3c1b173',
        kind: 2,
        startedAtMs: 1_544_712_660_000,
        endedAtMs: 1_544_712_661_000,
      },
    ]);
    expect(spans[0]?.resource[SLOT.serviceName]).toBe('my.service');
  });

  it.each([
    ['text', '"1795143601123456789"'],
    ['a number', '1795143601123456789'],
    ['a number with an exponent', '1.795143601123456789e18'],
  ])('takes 64-bit integers as %s', (_, written) => {
    const span = JSON.stringify(aSpan({ attributes: { 'gen_ai.usage.input_tokens': 12 } }))
      .replace(/"endTimeUnixNano":"\d+"/, `"endTimeUnixNano":${written}`)
      .replace('{"intValue":"12"}', `{"intValue":${written.startsWith('"') ? '"12"' : '12'}}`);

    const { spans } = decodeText(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`);

    expect(spans[0]?.endedAtMs).toBe(1_795_143_601_123);
    expect(spans[0]?.slots[SLOT.inputTokens]).toBe(12);
  });

  it('ignores fields that it does not know, and takes null for a field that is left out', () => {
    const { spans, rejected } = withSpan({
      parentSpanId: null,
      traceState: null,
      events: null,
      links: null,
      status: null,
      kind: null,
      future: { nested: [{ deeply: true }, 1.5e3, 'x'] },
      attributes: [
        null,
        { key: 'gen_ai.request.model', value: { stringValue: 'm', future: 1 } },
        { key: 'x', value: null },
      ],
    });

    expect(rejected).toBe(0);
    expect(spans[0]).toMatchObject({ parentSpanId: null, kind: 0, status: 0, events: [] });
    expect(spans[0]?.slots[SLOT.requestModel]).toBe('m');
  });

  it('takes the names of enums too, which the specification forbids and proto3’s own JSON writes', () => {
    const { spans, rejected } = withSpan({ kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_ERROR' } });

    expect(rejected).toBe(0);
    expect(spans[0]).toMatchObject({ kind: 3, status: 2 });
  });

  it('takes a value that stands before its key, escapes in keys and values, and white space anywhere', () => {
    const { spans } = decodeText(`\n{ "resourceSpans" : [ { "scopeSpans" : [ { "spans" : [ {
      "traceId" : "5b8efff798038103d269b633813fc60c" , "spanId":"eee19b7ec3c1b174", "endTimeUnixNano" : "1795143601000000000",
      "attributes" : [ { "value" : { "stringValue" : "gr\\u00f6\\u00dfer \\"m\\"" } , "\\u006bey" : "gen_ai.request\\u002emodel" } ]
    } ] } ] , "resource" : { "attributes" : [ { "key":"service.name", "value":{"stringValue":"late"} } ] } } ] }\n`);

    expect(spans[0]?.slots[SLOT.requestModel]).toBe('größer "m"');
    expect(spans[0]?.resource[SLOT.serviceName]).toBe('late');
  });

  it('takes structured values as they are', () => {
    const messages = [
      { role: 'user', parts: [{ type: 'text', content: 'x', deep: { a: [1, 2.5, true, null] } }] },
    ];

    const { spans } = decodeTraces(tracesOf([aSpan({ attributes: { 'gen_ai.input.messages': messages } })]));

    expect(spans[0]?.slots[SLOT.inputMessages]).toEqual(messages);
  });

  it('keeps an integer exact that a number cannot hold', () => {
    const { events } = decodeLogs({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { intValue: '9223372036854775807' } }] }] }],
    });

    expect(events[0]?.body).toBe('9223372036854775807');
  });

  it.each([
    ['a trace id in base64', { traceId: 'W47/95gDgQPSabYzgT/GDA==' }, /trace id/],
    ['a trace id of zeros', { traceId: '0'.repeat(32) }, /trace id/],
    ['no trace id', { traceId: '' }, /trace id/],
    ['a short span id', { spanId: 'eee19b7e' }, /span id/],
    ['a span id that is no text', { spanId: 7 }, /span id/],
    ['a long parent id', { parentSpanId: '00'.repeat(16) }, /parent span id/],
    ['no end', { endTimeUnixNano: '0' }, /end time/],
    ['a time in words', { endTimeUnixNano: 'now' }, /wrong type/],
    ['a kind that there is not', { kind: 'SPAN_KIND_CLOUD' }, /wrong type/],
    ['a name that is a number', { name: 5 }, /wrong type/],
    ['attributes that are an object', { attributes: { a: 1 } }, /wrong type/],
    ['an attribute without a type', { attributes: [{ key: 'x', value: 5 }] }, /wrong type/],
    [
      'a model that is no text',
      { attributes: [{ key: 'gen_ai.request.model', value: { stringValue: 5 } }] },
      /wrong type/,
    ],
    [
      'half an integer',
      { attributes: [{ key: 'gen_ai.usage.input_tokens', value: { intValue: '1.5' } }] },
      /wrong type/,
    ],
  ])('refuses a span with %s, says why, and keeps the others', (_, change, why) => {
    const bad = { ...aSpan({ id: 2 }), ...change };

    const { spans, rejected, message } = decodeTraces(tracesOf([aSpan({ id: 1 }), bad, aSpan({ id: 3 })]));

    expect(spans.map(({ spanId }) => spanId.at(-1))).toEqual(['1', '3']);
    expect(rejected).toBe(1);
    expect(message).toMatch(why);
  });

  it('repeats nothing of a span in the reason', () => {
    const { message } = withSpan({ traceId: 'secret', name: 'secret' });

    expect(message).toBe('1 rejected: trace id is not 16 bytes (32 hex digits in JSON) or all zero (1)');
  });

  it.each([
    ['nothing', ''],
    ['text', 'resourceSpans'],
    ['a list', '[]'],
    ['a number', '5'],
    ['something broken off', '{"resourceSpans":[{"scopeSpans":['],
    ['two requests', '{"resourceSpans":[]}{"resourceSpans":[]}'],
    ['a comma too many', '{"resourceSpans":[],}'],
    ['logs', '{"resourceLogs":[]}'],
    ['snake case', '{"resource_spans":[]}'],
    ['something else', '{"hello":"world"}'],
    ['an object for a list', '{"resourceSpans":{}}'],
    ['a list of numbers', '{"resourceSpans":[5]}'],
    ['spans that are no list', '{"resourceSpans":[{"scopeSpans":[{"spans":{}}]}]}'],
    ['a resource that is no object', '{"resourceSpans":[{"resource":5}]}'],
  ])('is not %s', (_, text) => {
    expect(() => decodeText(text)).toThrow(InvalidOtlp);
  });

  it.each([
    '{}',
    '{"resourceSpans":[]}',
    '{"resourceSpans":null}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":null}]}]}',
  ])('may be empty: %s', (text) => {
    expect(decodeText(text)).toEqual({ spans: [], events: [], rejected: 0, message: null });
  });
});
