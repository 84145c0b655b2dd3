import { expect, it } from 'vitest';
import { createSandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ADA, clientOf, connectBySocket, openWorkspace, SCOPES } from './support.js';

const sockets = () => process.getActiveResourcesInfo().filter((name) => /TCP/.test(name)).length;

it('leaves no server, socket or timer behind', async () => {
  const before = sockets();
  const workspace = await openWorkspace();
  const app = await connectBySocket(workspace, (bot) => bot.command('/ping', ({ ack }) => ack('pong')));
  await workspace.person(ADA).slash('/ping');
  const fault = workspace.faults.add({ method: 'users.list', kind: 'timeout' });
  const hanging = clientOf(workspace)
    .users.list({})
    .catch((error: unknown) => error);
  await workspace.waitFor(() => (fault.hits() === 1 ? true : undefined));
  expect(sockets()).toBeGreaterThan(before);

  await app.stop();
  await workspace.stop();

  expect(await hanging).toBeInstanceOf(Error);
  await workspace.waitFor(() => (sockets() <= before ? true : undefined));
});

it('takes the port it is given', async () => {
  const first = await createSandboxWorkspace({ users: [], scopes: SCOPES });
  const port = Number(new URL(first.url).port);
  await first.stop();

  const second = await createSandboxWorkspace({ users: [], scopes: SCOPES, port });

  expect(second.apiUrl).toBe(`http://127.0.0.1:${port}/api/`);
  await second.stop();
});

it('says so when the port is taken, and leaves nothing behind', async () => {
  const before = sockets();
  const first = await createSandboxWorkspace({ users: [], scopes: SCOPES });
  const port = Number(new URL(first.url).port);

  await expect(createSandboxWorkspace({ users: [], scopes: SCOPES, port })).rejects.toThrow('EADDRINUSE');

  await first.stop();
  await first.waitFor(() => (sockets() <= before ? true : undefined));
});
