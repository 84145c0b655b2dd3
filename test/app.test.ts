import { Server } from 'node:net';
import { expect, it, vi } from 'vitest';
import { setStage } from './support/stage.js';

it('lets ten thousand guards knock at once after a restart: the queue of the listener is longer than Node sets it', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen');

  await setStage();

  expect(listen.mock.calls.map(([options]) => options)).toContainEqual(
    expect.objectContaining({ backlog: 4_096 }),
  );
  listen.mockRestore();
});

it('halts while telemetry cannot start, says that no tripwire watches, and tells senders to come back', async () => {
  const stage = await setStage({ config: { telemetryDatabasePath: '/nowhere/telemetry.db' } });

  const order = { scope: { kind: 'all' }, reason: 'the refund agent runs wild' };
  const ordered = await stage.ask('/v1/halts', { body: order });
  const { json } = await stage.ask('/readyz');
  const made = await stage.ask('/v1/tokens', { body: { name: 'exporter', scopes: ['activity'] } });
  const { token } = made.json as { token: string };
  const traces = await stage.ask('/v1/traces', { body: { resourceSpans: [] }, token });

  expect(ordered.status).toBe(201);
  expect(json).toMatchObject({ ready: true, parts: { telemetry: 'not up: no tripwire watches' } });
  expect(traces.status).toBe(503);
});
