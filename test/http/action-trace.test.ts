import { describe, expect, it } from 'vitest';
import type { ActionTrace } from '../../src/core/trace.js';
import { aToken, openHttpDesk } from '../support/http-desk.js';
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
