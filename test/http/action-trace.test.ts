import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.js';
import { TRACE_READS_STREAM } from '../../src/core/telemetry-events.js';
import type { ActionTrace } from '../../src/core/trace.js';
import { readActionTrace } from '../../src/operations/detection/read-action-trace.js';
import { claimAttempt } from '../../src/operations/quarantine/claim-attempt.js';
import { aToken, openHttpDesk, type HttpDesk } from '../support/http-desk.js';
import { GUARD } from '../support/plane.js';
import { START_MS, TRACE } from '../support/otlp.js';
import { openDesk } from '../support/desk.js';
import { holdRefund, order, reject, release } from '../support/quarantine.js';
import { ACTION, aContentKey, aRefund, openTelemetryDesk } from '../support/telemetry-desk.js';

describe('GET /v1/actions/:id/trace', () => {
  it('answers who may read, and nobody keeps the answer', async () => {
    const { telemetry, sends } = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await sends(aRefund());
    const desk = await openHttpDesk({ http: { telemetry } });
    const token = await aToken(desk, { scopes: ['read'] });

    const answer = await desk.get(`/v1/actions/${ACTION}/trace`, token);

    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json<ActionTrace>().parts.map(({ text }) => text)).toContain('The order was paid twice.');
    expect(JSON.stringify([desk.doorLog, desk.logged])).not.toContain('paid twice');
    expect(desk.doorLog).toContainEqual({
      level: 'info',
      data: { actionId: ACTION, tokenId: expect.any(String) as string },
      message: 'a reasoning trace was read',
    });
  });

  it('is in the journal with who read it and a digest of it, and nothing of what it says', async () => {
    const { telemetry, sends } = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await sends(aRefund());
    const desk = await openHttpDesk({ http: { telemetry } });
    const token = await aToken(desk, { scopes: ['read'] });

    const answer = await desk.get(`/v1/actions/${ACTION}/trace`, token);
    await desk.get('/v1/actions/nothing-bears-this/trace', token);

    const entries = await desk.deps.store.readStream(TRACE_READS_STREAM);
    const digest = createHash('sha256').update(canonicalJson(answer.json())).digest('hex');
    expect(entries.map(({ type, data, actor }) => ({ type, data, actor: actor.kind }))).toEqual([
      {
        type: 'trace:read',
        data: { actionId: ACTION, agentId: 'billing-agent', traceId: TRACE, parts: 7, digest },
        actor: 'token',
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain('paid twice');
  });

  it('is told all the same where the journal cannot be written, and that is shouted', async () => {
    const { telemetry, sends } = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await sends(aRefund());
    const { deps, logged } = await openDesk();
    const store = { ...deps.store, transact: () => Promise.reject(new Error('disk full')) };

    const trace = await readActionTrace({ ...deps, store, telemetry }, { actionId: ACTION, actor: GUARD });

    expect(trace.parts).toHaveLength(7);
    expect(logged.map(({ level, message }) => [level, message])).toContainEqual([
      'error',
      'a trace was read, and the journal does not say so',
    ]);
  });

  it('is told to a token of an agent for that agent only', async () => {
    const { telemetry, sends } = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await sends(aRefund());
    const desk = await openHttpDesk({ http: { telemetry } });
    const its = await aToken(desk, { scopes: ['read'], agentId: 'billing-agent' });
    const another = await aToken(desk, { scopes: ['read'], agentId: 'support-agent' });

    const refused = await desk.get(`/v1/actions/${ACTION}/trace`, another);

    expect((await desk.get(`/v1/actions/${ACTION}/trace`, its)).statusCode).toBe(200);
    expect(refused.statusCode).toBe(403);
    expect(refused.body).not.toContain('paid twice');
    expect(await desk.deps.store.readStream(TRACE_READS_STREAM)).toHaveLength(1);
  });

  it('is found by an id in capitals', async () => {
    const { telemetry, sends } = await openTelemetryDesk();
    await sends(aRefund());
    const desk = await openHttpDesk({ http: { telemetry } });

    const answer = await desk.get(`/v1/actions/${ACTION.toUpperCase()}/trace`);

    expect(answer.json<ActionTrace>()).toMatchObject({ actionId: ACTION, outcome: 'ok' });
  });

  it('is not for tokens that only report', async () => {
    const { telemetry } = await openTelemetryDesk();
    const desk = await openHttpDesk({ http: { telemetry } });
    const token = await aToken(desk, { scopes: ['activity'] });

    expect((await desk.get(`/v1/actions/${ACTION}/trace`, token)).statusCode).toBe(403);
    expect((await desk.get(`/v1/actions/${ACTION}/trace`, null)).statusCode).toBe(401);
  });

  it('says why it may know nothing of an action', async () => {
    const { telemetry } = await openTelemetryDesk();
    const desk = await openHttpDesk({ http: { telemetry } });

    const answer = await desk.get(`/v1/actions/${ACTION}/trace`);

    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const { detail } = answer.json<{ detail: string }>();
    expect(detail).toContain('Nothing that is stored bears this action id.');
    expect(detail).toContain('HALTLINE_CONTENT_KEY is not set');
  });

  it('is not there without telemetry, and says so', async () => {
    const desk = await openHttpDesk();

    expect((await desk.get(`/v1/actions/${ACTION}/trace`)).statusCode).toBe(503);
  });
});

describe('an action that was held, and of which no span tells', () => {
  const CHECK = {
    kind: 'check',
    actionId: ACTION,
    agentId: 'billing-agent',
    at: new Date(START_MS).toISOString(),
    tool: 'stripe.refund',
    actionClass: 'refund',
    verdict: 'hold',
  };

  /** Its guard says `hold` to telemetry, and the attempt waits. */
  async function withHeld() {
    const { telemetry, reports } = await openTelemetryDesk();
    await reports([CHECK]);
    const desk = await openHttpDesk({ http: { telemetry } });
    const { haltId } = await order(desk.deps, 'hold');
    const item = await holdRefund(desk.deps, { actionId: ACTION, parameters: { amount: 41 } });
    return { desk, item, haltId };
  }

  const traceIn = async (desk: HttpDesk): Promise<ActionTrace> =>
    (await desk.get(`/v1/actions/${ACTION}/trace`)).json<ActionTrace>();

  it('is held until a person releases it, then released, and the agent has taken that up', async () => {
    const { desk, item, haltId } = await withHeld();

    expect(await traceIn(desk)).toMatchObject({
      outcome: 'held',
      check: { verdict: 'hold' },
      quarantine: { id: 'Q-1', haltId, state: 'held', decidedBy: null, usedAt: null },
    });

    await release(desk.deps, item);

    const decidedBy = 'U0SRE1';
    expect(await traceIn(desk)).toMatchObject({
      outcome: 'released',
      check: { verdict: 'hold' },
      quarantine: { id: 'Q-1', state: 'released', decidedBy, usedAt: null },
    });

    const { id, digest } = item;
    await claimAttempt(desk.deps, { id, digest, claimId: 'run-1', boundTo: null, actor: GUARD });

    const usedAt = expect.any(String) as string;
    expect(await traceIn(desk)).toMatchObject({
      outcome: 'released',
      quarantine: { state: 'used', decidedBy, usedAt },
    });
  });

  it('is denied once a person has rejected it, whatever becomes of another agent that uses its id', async () => {
    const { desk, item } = await withHeld();
    const other = { agentId: 'other-agent', actionId: ACTION, parameters: { amount: 41 } };
    await reject(desk.deps, item);
    await release(desk.deps, await holdRefund(desk.deps, other));

    expect(await traceIn(desk)).toMatchObject({
      outcome: 'denied',
      quarantine: { id: 'Q-1', state: 'rejected', decidedBy: 'U0SRE1' },
    });
  });
});
