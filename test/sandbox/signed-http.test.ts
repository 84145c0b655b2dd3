import { createServer, type Server } from 'node:http';
import type { App } from '@slack/bolt';
import { afterEach, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/slack/options.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { freePort } from '../support/processes.js';
import { ADA, buttons, connectByHttp, openWorkspace, reasonModal } from './support.js';

const open: { workspace?: SandboxWorkspace; app?: App; server?: Server } = {};

afterEach(async () => {
  await open.app?.stop();
  open.server?.closeAllConnections();
  open.server?.close();
  await open.workspace?.stop();
  delete open.app;
  delete open.server;
});

async function start(
  listen: (app: App) => void,
  options: Partial<SandboxOptions> = {},
): Promise<SandboxWorkspace> {
  const port = await freePort();
  const delivery = { http: `http://127.0.0.1:${port}/slack/events` };
  open.workspace = await openWorkspace({ delivery, ...options });
  open.app = await connectByHttp(open.workspace, port, listen);
  return open.workspace;
}

it('carries a command, a button, a modal and an event, all signed', async () => {
  const events: string[] = [];
  const workspace = await start((app) => {
    app.command('/declare', async ({ ack, client, command }) => {
      await ack('declared');
      const channel = (await client.conversations.create({ name: 'incident' })).channel?.id ?? '';
      await client.conversations.invite({ channel, users: command.user_id });
      await client.chat.postMessage({ channel, text: 'card', blocks: buttons('why') });
    });
    app.action('why', async ({ ack, body, client }) => {
      await ack();
      if ('trigger_id' in body) await client.views.open({ trigger_id: body.trigger_id, view: reasonModal() });
    });
    app.view('reason', async ({ ack, view }) => {
      const reason = view.state.values['reason']?.['text']?.value ?? '';
      await (reason.length < 3 ? ack({ response_action: 'errors', errors: { reason: 'too short' } }) : ack());
    });
    app.event('reaction_added', async ({ event }) => void events.push(event.reaction));
  });
  const ada = workspace.person(ADA);

  expect(await ada.slash('/declare')).toMatchObject({ ephemeral: { text: 'declared' } });
  const channel = (await workspace.waitFor(() => workspace.channelNamed('incident'))).id;
  const message = await workspace.waitFor(async () => (await workspace.messages(channel)).at(0));
  await ada.press(message, 'why');
  await workspace.waitFor(() => workspace.openView(ADA));
  expect(await ada.submit({ text: 'x' })).toMatchObject({ errors: { reason: 'too short' } });
  expect(await ada.submit({ text: 'harm was done' })).toMatchObject({ timedOut: false });
  await ada.react(channel, message.ts, 'eyes');

  expect(workspace.openView(ADA)).toBeUndefined();
  expect(events).toEqual(['eyes']);
});

it('is refused when the secrets differ', async () => {
  const port = await freePort();
  const delivery = { http: `http://127.0.0.1:${port}/slack/events` };
  open.workspace = await openWorkspace({ delivery });
  const impostor = { ...open.workspace, signingSecret: 'another secret' };
  open.app = await connectByHttp(impostor, port, (app) => app.command('/halt', ({ ack }) => ack('yes')));

  expect(await open.workspace.person(ADA).slash('/halt')).toMatchObject({
    error: 'dispatch_failed',
    ack: undefined,
  });
});

it('times out, and says so', async () => {
  const workspace = await start((app) => app.command('/halt', () => Promise.resolve()), {
    ackTimeoutMs: 100,
  });

  expect(await workspace.person(ADA).slash('/halt')).toMatchObject({
    timedOut: true,
    error: 'operation_timeout',
  });
});

it('sends an event again with the retry headers, until told not to', async () => {
  const port = await freePort();
  const headers: unknown[] = [];
  open.server = createServer((request, response) => {
    headers.push([request.headers['x-slack-retry-num'], request.headers['x-slack-retry-reason']]);
    if (headers.length === 3) response.setHeader('x-slack-no-retry', '1');
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => open.server?.listen(port, '127.0.0.1', resolve));
  open.workspace = await openWorkspace({
    delivery: { http: `http://127.0.0.1:${port}/` },
    retryDelaysMs: [0, 0, 0, 0],
  });

  await open.workspace.person(ADA).openHome();

  await open.workspace.waitFor(() => (headers.length >= 3 ? true : undefined));
  expect(headers).toEqual([
    [undefined, undefined],
    ['1', 'http_error'],
    ['2', 'http_error'],
  ]);
});

it('fails to dispatch when nobody listens', async () => {
  open.workspace = await openWorkspace({ delivery: { http: `http://127.0.0.1:${await freePort()}/` } });

  expect(await open.workspace.person(ADA).slash('/halt')).toMatchObject({ error: 'dispatch_failed' });
});
