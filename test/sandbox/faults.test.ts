import { WebAPIRateLimitedError, WebClient, LogLevel } from '@slack/web-api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ADA, clientOf, connectBySocket, openWorkspace } from './support.js';

let workspace: SandboxWorkspace;
let slack: WebClient;
let channel: string;

beforeEach(async () => {
  workspace = await openWorkspace();
  slack = clientOf(workspace);
  channel = (await slack.conversations.create({ name: 'incident' })).channel?.id ?? '';
});
afterEach(() => workspace.stop());

const post = () => slack.chat.postMessage({ channel, text: 'hello' });

it('rate-limits with a pause in seconds, as often as told', async () => {
  workspace.faults.add({ method: 'chat.postMessage', kind: 'ratelimited', retryAfterSeconds: 7, times: 1 });

  const error = await post().catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(WebAPIRateLimitedError);
  expect(error).toMatchObject({ retryAfter: 7 });
  expect((await post()).ok).toBe(true);
});

it('loses the reply but keeps the message, with its metadata, exactly once', async () => {
  const metadata = { event_type: 'surface', event_payload: { id: 'card' } };
  workspace.faults.add({ method: 'chat.postMessage', kind: 'lost_reply', times: 1 });

  await expect(slack.chat.postMessage({ channel, text: 'hello', metadata })).rejects.toThrow();

  expect(await workspace.messages(channel)).toMatchObject([{ text: 'hello', metadata }]);
});

it('makes a retrying client post twice after a lost reply', async () => {
  const eager = new WebClient(workspace.botToken, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 1, minTimeout: 1 },
    logLevel: LogLevel.ERROR,
  });
  workspace.faults.add({ method: 'chat.postMessage', kind: 'lost_reply', times: 1 });

  await eager.chat.postMessage({ channel, text: 'hello' });

  expect(await workspace.messages(channel)).toHaveLength(2);
});

it.each([
  ['http_500', 500],
  ['http_503', 503],
] as const)('answers %s and does nothing', async (kind, statusCode) => {
  workspace.faults.add({ method: '*', kind, times: 1 });

  await expect(post()).rejects.toMatchObject({ statusCode });
  expect(await workspace.messages(channel)).toEqual([]);
});

it('answers any error it is told to', async () => {
  workspace.faults.add({ method: 'chat.postMessage', kind: 'error', error: 'team_added_to_org' });

  await expect(post()).rejects.toMatchObject({ data: { error: 'team_added_to_org' } });
});

it('never answers, until it is cleared', async () => {
  const fault = workspace.faults.add({ method: 'chat.postMessage', kind: 'timeout' });
  let isOver = false;
  const call = post().finally(() => {
    isOver = true;
  });
  call.catch(() => undefined);

  await workspace.waitFor(() => (fault.hits() === 1 ? true : undefined));
  expect(isOver).toBe(false);
  fault.clear();

  await expect(call).rejects.toThrow();
  expect((await post()).ok).toBe(true);
});

it('refuses the connection', async () => {
  workspace.faults.add({ method: 'chat.postMessage', kind: 'refuse_connection', times: 1 });

  await expect(post()).rejects.toThrow();
  expect(workspace.calls({ method: 'chat.postMessage' })).toMatchObject([
    { ok: false, fault: 'refuse_connection' },
  ]);
});

it('goes down with everything, and comes back', async () => {
  const app = await connectBySocket(workspace, (bot) => bot.command('/ping', ({ ack }) => ack('pong')));

  const outage = workspace.faults.downEverything();
  await expect(post()).rejects.toThrow();
  await workspace.waitFor(() => (workspace.socketConnections() === 0 ? true : undefined));
  expect(await workspace.person(ADA).slash('/ping')).toMatchObject({ error: 'dispatch_failed' });
  outage.clear();

  await workspace.waitFor(() => (workspace.socketConnections() === 1 ? true : undefined), {
    timeoutMs: 10_000,
  });
  expect(await workspace.person(ADA).slash('/ping')).toMatchObject({ ephemeral: { text: 'pong' } });
  await app.stop();
});
