import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLOT } from '../../../src/telemetry/wire/attribute-names.js';
import { decodeOtlp } from '../../../src/telemetry/wire/decode-otlp.js';
import { InvalidOtlp } from '../../../src/telemetry/wire/invalid-otlp.js';
import { anyLogs, anyTraces } from '../../support/otlp-arbitraries.js';
import { aSpan, decodeLogs, decodeTraces, tracesOf } from '../../support/otlp.js';
import { toProtobuf } from '../../support/otlp-protobuf.js';

const decode = (body: Uint8Array) => decodeOtlp({ signal: 'traces', format: 'protobuf', body });

describe('OTLP in protobuf', () => {
  it('says the same as JSON, whatever is sent', () => {
    fc.assert(
      fc.property(anyTraces, (request) => {
        expect(decode(toProtobuf(request))).toEqual(decodeTraces(request));
      }),
      { numRuns: 300 },
    );
  });

  it('says the same as JSON for logs too', () => {
    fc.assert(
      fc.property(anyLogs, (request) => {
        const body = toProtobuf(request);

        expect(decodeOtlp({ signal: 'logs', format: 'protobuf', body })).toEqual(decodeLogs(request));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses single spans, and keeps the others', () => {
    const { spans, rejected, message } = decode(
      toProtobuf(
        tracesOf([
          aSpan({ id: 1 }),
          { ...aSpan({ id: 2 }), traceId: 'abcd' },
          { ...aSpan({ id: 3 }), spanId: '' },
          { ...aSpan({ id: 4 }), endTimeUnixNano: '0' },
        ]),
      ),
    );

    expect(spans).toHaveLength(1);
    expect(rejected).toBe(3);
    expect(message).toBe(
      '3 rejected: trace id is not 16 bytes (32 hex digits in JSON) or all zero (1); span id is not 8 bytes (16 hex digits in JSON) or all zero (1); end time is missing (1)',
    );
  });

  it('passes over fields of the future, of any wire type', () => {
    const span = toProtobuf(tracesOf([aSpan({ attributes: { 'gen_ai.request.model': 'm' } })]));
    // field 500: a varint, a fixed32, and a group with a string in it
    const future = Buffer.from([
      0xa0, 0x1f, 0x05, 0xa5, 0x1f, 1, 2, 3, 4, 0xa3, 0x1f, 0x0a, 0x01, 0x78, 0xa4, 0x1f,
    ]);

    const { spans } = decode(Buffer.concat([future, span, future]));

    expect(spans[0]?.slots[SLOT.requestModel]).toBe('m');
  });

  it('takes a view into a larger buffer for what it is', () => {
    const body = toProtobuf(tracesOf([aSpan({})]));
    const larger = new Uint8Array(body.length + 20).fill(255);
    larger.set(body, 7);

    expect(decode(larger.subarray(7, 7 + body.length)).spans).toHaveLength(1);
  });

  it('is an empty request where it is empty', () => {
    expect(decode(new Uint8Array(0))).toEqual({ spans: [], events: [], rejected: 0, message: null });
  });

  it.each([
    ['JSON', Buffer.from('{"resourceSpans":[]}')],
    ['text', Buffer.from('hello')],
    ['another message', Buffer.from([0x12, 0x02, 0x68, 0x69])],
    ['something broken off', toProtobuf(tracesOf([aSpan({})])).slice(0, -3)],
  ])('is not %s', (_, body) => {
    expect(() => decode(body)).toThrow(InvalidOtlp);
  });
});
