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
