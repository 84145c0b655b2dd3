import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aToken, openHttpDesk } from '../support/http-desk.js';
import { openTelemetry, valueOf } from '../support/telemetry.js';

async function openDoor() {
  const telemetry = await openTelemetry();
  const desk = await openHttpDesk({ now: () => new Date().toISOString(), http: { telemetry } });
  const token = await aToken(desk, { scopes: ['guard'] });
  return { desk, telemetry, token };
}

function aCheck(change: object = {}): object {
  return {
    kind: 'check',
    agentId: 'billing-agent',
    actionId: '0199d3c4-8f00-7000-8000-000000000001',
    tool: 'stripe.refund',
    actionClass: 'external-api-call',
    at: new Date().toISOString(),
    verdict: 'allow',
    ...change,
  };
}

describe('POST /v1/actions', () => {
  it('takes checks, artifacts and reviews together', async () => {
    const { desk, telemetry, token } = await openDoor();
    const common = { agentId: 'support-agent', actionId: 'letter-1', at: new Date().toISOString() };

    const answer = await desk.post(
      '/v1/actions',
      [
        aCheck(),
        aCheck({ actionId: 'act-2', verdict: 'deny' }),
        { ...common, kind: 'artifact', customerVisible: true },
        { ...common, kind: 'review', review: { reviewer: 'U0REVIEWER1', decidedAt: common.at } },
      ],
      token,
    );

    expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 4 }]);
    const records = await telemetry.readAll();
    expect(records.map(({ origin, kind, outcome }) => `${origin} ${kind} ${outcome}`).toSorted()).toEqual([
      'check tool denied',
      'check tool unknown',
      'event artifact ok',
      'event other unknown',
    ]);
  });

  it('takes the same report once', async () => {
    const { desk, telemetry, token } = await openDoor();

    await desk.post('/v1/actions', [aCheck()], token);
    await desk.post('/v1/actions', [aCheck()], token);

    expect(await telemetry.readAll()).toHaveLength(1);
  });

  it('says what is wrong and where, and stores nothing of it', async () => {
    const { desk, telemetry, token } = await openDoor();

    const answer = await desk.post('/v1/actions', [aCheck(), aCheck({ verdict: 'perhaps' })], token);

    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ errors: { pointer: string }[] }>().errors).toMatchObject([
      { pointer: '#/1/verdict' },
    ]);
    expect(await telemetry.readAll()).toEqual([]);
  });

  it('takes what is compressed, and refuses what it cannot decompress as 415', async () => {
    const { desk, telemetry, token } = await openDoor();
    const body = Buffer.from(JSON.stringify([aCheck()]));
    const send = (payload: Buffer, encoding: string) =>
      desk.ask({
        method: 'POST',
        url: '/v1/actions',
        token,
        payload,
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      });

    expect((await send(brotliCompressSync(body), 'br')).statusCode).toBe(415);
    expect((await send(gzipSync(body), 'GZIP')).json()).toEqual({ accepted: 1 });
    expect((await send(deflateSync(body), 'deflate')).json()).toEqual({ accepted: 1 });

    expect(await telemetry.readAll()).toHaveLength(1);
  });

  it('does not let a bound token speak for another agent', async () => {
    const { desk, telemetry } = await openDoor();
    const bound = await aToken(desk, { scopes: ['guard'], agentId: 'support-agent' });

    const answer = await desk.post('/v1/actions', [aCheck()], bound);

    expect(answer.statusCode).toBe(403);
    expect(await telemetry.readAll()).toEqual([]);
  });

  it('does not let one agent’s check hide another’s', async () => {
    const { desk, telemetry, token } = await openDoor();

    await desk.post('/v1/actions', [aCheck({ agentId: 'support-agent' }), aCheck()], token);

    expect(await telemetry.readAll()).toHaveLength(2);
  });

  it('wants a token with the scope guard or activity', async () => {
    const { desk } = await openDoor();
    const reader = await aToken(desk, { scopes: ['read'] });
    const exporter = await aToken(desk, { scopes: ['activity'] });

    expect((await desk.post('/v1/actions', [aCheck()], reader)).statusCode).toBe(403);
    expect((await desk.post('/v1/actions', [aCheck()], exporter)).statusCode).toBe(200);
  });
});

describe('GET /metrics', () => {
  it('exports what agents do under the names of the contract', async () => {
    const { desk, token } = await openDoor();
    await desk.post('/v1/actions', [aCheck()], token);

    const { body, headers } = await desk.get('/metrics', null);

    expect(headers['content-type']).toContain('version=0.0.4');
    const calls = 'agent_tool_calls_total{tenant="default",agent="billing-agent",tool="stripe.refund"}';
    const declared = 'agent_tool_declared{tenant="default",agent="billing-agent",tool="stripe.refund"}';
    const endpoint = 'agent_api_calls_total{tenant="default",agent="billing-agent",endpoint="stripe.refund"}';
    expect([calls, declared, endpoint].map((series) => valueOf(body, series))).toEqual([1, 1, 1]);
    expect(valueOf(body, 'haltline_telemetry_up')).toBe(1);
    expect(valueOf(body, 'haltline_epoch')).toBe(0);
  });

  it('says so when telemetry does not answer, and shows everything else', async () => {
    const desk = await openHttpDesk();

    const { body } = await desk.get('/metrics', null);

    expect(valueOf(body, 'haltline_telemetry_up')).toBe(0);
    expect(valueOf(body, 'haltline_epoch')).toBe(0);
  });
});
