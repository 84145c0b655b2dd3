import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/http/http-deps.js';
import { aToken, openHttpDesk, type HttpDesk, type HttpDeskOptions } from '../support/http-desk.js';
import { aChat, aToolCall, traceBody } from '../support/otlp-requests.js';
import { toProtobuf } from '../support/otlp-protobuf.js';
import { openTelemetry } from '../support/telemetry.js';

const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/x-protobuf';

/** A door with telemetry behind it, and a token for it. */
async function openDoor(options: HttpDeskOptions = {}) {
  const telemetry = await openTelemetry();
  const desk = await openHttpDesk({
    now: () => new Date().toISOString(),
    ...options,
    http: { telemetry, ...options.http },
  });
  const token = await aToken(desk, { scopes: ['activity'] });
  return { desk, telemetry, token, post: poster(desk, token) };
}

interface Post {
  readonly type?: string;
  readonly encoding?: string;
  readonly token?: string | null;
  readonly url?: string;
}

function poster(desk: HttpDesk, ofDoor: string) {
  return (body: Uint8Array, { type = JSON_TYPE, encoding, token = ofDoor, url = '/v1/traces' }: Post = {}) =>
    desk.ask({
      method: 'POST',
      url,
      token,
      payload: Buffer.from(body),
      headers: { 'content-type': type, ...(encoding !== undefined && { 'content-encoding': encoding }) },
    });
}

const asProtobuf = (body: Uint8Array): Uint8Array =>
  toProtobuf(JSON.parse(new TextDecoder().decode(body)) as object);

function compressed(body: Uint8Array, encoding: string | undefined): Uint8Array {
  if (encoding === 'gzip') return gzipSync(body);
  return encoding === 'zlib' || encoding?.toLowerCase() === 'deflate' ? deflateSync(body) : body;
}

const brokenSpan = { ...aChat(), traceId: '0'.repeat(32) };

describe('POST /v1/traces', () => {
  it.each([
    [JSON_TYPE, undefined, '{}'],
    [JSON_TYPE, 'gzip', '{}'],
    [JSON_TYPE, 'identity', '{}'],
    [JSON_TYPE, 'Deflate', '{}'],
    [JSON_TYPE, 'zlib', '{}'],
    [PROTOBUF, undefined, ''],
    [PROTOBUF, 'gzip', ''],
    [PROTOBUF, 'deflate', ''],
  ])('takes %s (%s) and answers in the same type', async (type, encoding, answered) => {
    const { post, telemetry } = await openDoor();
    const json = traceBody([aChat(), aToolCall()]);
    const body = type === JSON_TYPE ? json : asProtobuf(json);

    const answer = await post(compressed(body, encoding), {
      type,
      ...(encoding !== undefined && { encoding }),
    });

    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.body).toBe(answered);
    expect(await telemetry.readAll()).toHaveLength(2);
  });

  it('says how many spans it refused and why, and keeps the others', async () => {
    const { post, telemetry } = await openDoor();
    const body = traceBody([aChat(), brokenSpan]);

    const json = await post(body);
    const protobuf = await post(asProtobuf(body), { type: PROTOBUF });

    expect(json.json()).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('trace id') as string },
    });
    expect([...protobuf.rawPayload.subarray(2, 4)]).toEqual([0x08, 1]);
    expect(protobuf.body).toContain('trace id');
    expect(await telemetry.readAll()).toHaveLength(1);
  });

  it('answers 400 for what is no OTLP, as a Status, and not to be repeated', async () => {
    const { post } = await openDoor();

    const json = await post(new TextEncoder().encode('{"resourceSpans": 7}'));
    const protobuf = await post(Uint8Array.from([0x0a, 0xff, 0xff]), { type: PROTOBUF });

    expect(json.statusCode).toBe(400);
    expect(json.json()).toEqual({ code: 3, message: expect.any(String) as string });
    expect(json.headers['retry-after']).toBeUndefined();
    expect(protobuf.statusCode).toBe(400);
    expect(protobuf.headers['content-type']).toBe(PROTOBUF);
    expect([...protobuf.rawPayload.subarray(0, 2)]).toEqual([0x08, 3]);
  });

  it('answers 413 for too much, before and after decompression', async () => {
    const { post } = await openDoor({ http: { limits: { ...DEFAULT_LIMITS, telemetryBytes: 10_000 } } });

    const plain = await post(traceBody(Array.from({ length: 50 }, () => aChat())));
    const { post: postMore } = await openDoor();
    const bomb = await postMore(gzipSync(Buffer.alloc(50_000_000, ' ')), { encoding: 'gzip' });

    expect(plain.statusCode).toBe(413);
    expect(bomb.statusCode).toBe(413);
  });

  it('answers 415 for other types and encodings, and says which it takes', async () => {
    const { post } = await openDoor();

    const type = await post(traceBody([aChat()]), { type: 'text/plain' });
    const encoding = await post(traceBody([aChat()]), { encoding: 'br' });

    expect(type.statusCode).toBe(415);
    expect(type.json<{ message: string }>().message).toContain('application/x-protobuf');
    expect(encoding.statusCode).toBe(415);
  });

  it('takes a list of encodings that names one beside identity, and no two of them', async () => {
    const { post } = await openDoor();
    const body = traceBody([aChat()]);

    const named = await post(gzipSync(body), { encoding: 'gzip, identity' });
    const twice = await post(gzipSync(gzipSync(body)), { encoding: 'gzip, gzip' });

    expect(named.statusCode).toBe(200);
    expect(twice.statusCode).toBe(415);
  });

  it('takes a type with parameters, in any case, as exporters of other languages write it', async () => {
    const { post } = await openDoor();
    const json = traceBody([aChat()]);

    const answers = [
      await post(json, { type: 'application/json; charset=utf-8' }),
      await post(json, { type: 'Application/JSON;charset=UTF-8' }),
      await post(asProtobuf(json), { type: 'application/x-protobuf; proto=opentelemetry' }),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(answers[2]?.headers['content-type']).toBe(PROTOBUF);
  });

  it('answers 405 and says which method it takes', async () => {
    const { desk, token } = await openDoor();

    const answer = await desk.get('/v1/traces', token);

    expect(answer.statusCode).toBe(405);
    expect(answer.headers['allow']).toBe('POST');
  });

  it('answers 503 with Retry-After when it can take no more', async () => {
    const limits = { ...DEFAULT_LIMITS, telemetryHeldBytes: 100 };
    const { post } = await openDoor({ http: { limits } });

    const answer = await post(traceBody([aChat()]));

    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.json()).toEqual({ code: 14, message: expect.any(String) as string });
  });

  it('answers 503 while there is no telemetry', async () => {
    const { post } = await openDoor({ http: { telemetry: undefined } });

    expect((await post(traceBody([aChat()]))).statusCode).toBe(503);
  });

  it('wants a token with the scope activity', async () => {
    const { desk, post } = await openDoor();
    const reader = await aToken(desk, { scopes: ['read'] });

    const nobody = await post(traceBody([]), { token: null, type: PROTOBUF });
    const stranger = await post(traceBody([]), { token: reader });

    expect(nobody.statusCode).toBe(401);
    expect([...nobody.rawPayload.subarray(0, 2)]).toEqual([0x08, 16]);
    expect(stranger.statusCode).toBe(403);
    expect(stranger.json<{ code: number }>().code).toBe(7);
  });

  it('takes what a bound token sends for that agent’s, whatever the spans say', async () => {
    const { desk, post, telemetry } = await openDoor();
    const bound = await aToken(desk, { scopes: ['activity'], agentId: 'support-agent' });

    await post(traceBody([aChat({ agent: 'billing-agent' })]), { token: bound });

    expect((await telemetry.readAll()).map(({ agentId }) => agentId)).toEqual(['support-agent']);
  });

  it('takes log records at /v1/logs', async () => {
    const { post } = await openDoor();

    const answer = await post(new TextEncoder().encode('{"resourceLogs":[]}'), { url: '/v1/logs' });

    expect([answer.statusCode, answer.body]).toEqual([200, '{}']);
  });

  it('tells exporters that send it metrics as well that nothing was kept, and what to set', async () => {
    const { post } = await openDoor();

    const json = await post(new TextEncoder().encode('{"resourceMetrics":[]}'), { url: '/v1/metrics' });
    const protobuf = await post(new Uint8Array(), { url: '/v1/metrics', type: PROTOBUF });

    expect(json.statusCode).toBe(404);
    expect(json.json()).toEqual({
      code: 12,
      message: expect.stringContaining('OTEL_METRICS_EXPORTER=none') as string,
    });
    expect([protobuf.statusCode, protobuf.headers['content-type']]).toEqual([404, PROTOBUF]);
    expect([...protobuf.rawPayload.subarray(0, 2)]).toEqual([0x08, 12]);
  });

  it('takes an empty request of either type for what it is', async () => {
    const { post } = await openDoor();

    expect((await post(new Uint8Array(), { type: PROTOBUF })).statusCode).toBe(200);
    expect((await post(new Uint8Array())).statusCode).toBe(400);
  });
});
