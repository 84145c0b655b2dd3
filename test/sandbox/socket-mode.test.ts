import type { App } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { setStage } from './stage.js';
import { ADA, clientOf } from './support.js';

const stage = setStage();

describe('events', () => {
  it('bring messages, reactions, newcomers, mentions and the end of a channel', async () => {
    const seen: string[] = [];
    const workspace = await stage.start((app) => {
      app.event(
        'message',
        async ({ event }) => void seen.push(`message from ${'user' in event ? event.user : '?'}`),
      );
      app.event('reaction_added', async ({ event }) => void seen.push(`${event.reaction} by ${event.user}`));
      app.event('member_joined_channel', async ({ event }) => void seen.push(`joined ${event.user}`));
      app.event('app_mention', async ({ event }) => void seen.push(`mention by ${event.user}`));
      app.event('channel_archive', async ({ event }) => void seen.push(`archived by ${event.user}`));
      app.event('app_home_opened', async ({ event }) => void seen.push(`home of ${event.user}`));
    }, {});
    const { channel, ts } = await stage.card('go');
    const ada = workspace.person(ADA);

    await ada.say(channel, 'hello <@U0SANDBOXBOT>');
    await ada.react(channel, ts, 'eyes');
    await ada.openHome();
    await ada.archive(channel);

    await workspace.waitFor(() => (seen.length >= 6 ? true : undefined));
    expect(seen.toSorted()).toEqual(
      [
        `archived by ${ADA}`,
        `eyes by ${ADA}`,
        `home of ${ADA}`,
        `joined ${ADA}`,
        `mention by ${ADA}`,
        `message from ${ADA}`,
      ].toSorted(),
    );
  });

  it('bring the bot its own messages too', async () => {
    const workspace = await stage.open();
    const connection = await rawConnection(workspace);
    const slack = clientOf(workspace);
    const channel = (await slack.conversations.create({ name: 'incident' })).channel?.id ?? '';

    await slack.chat.postMessage({ channel, text: 'mine' });

    const frame = await workspace.waitFor(() => connection.envelopes[0]);
    expect(frame.payload.event).toMatchObject({
      type: 'message',
      text: 'mine',
      user: 'U0SANDBOXBOT',
      channel_type: 'channel',
    });
    connection.close();
  });

  it('stay away from channels that the bot is not in', async () => {
    const seen: string[] = [];
    const workspace = await stage.start((app) =>
      app.event('message', async ({ event }) => void seen.push(event.channel)),
    );

    await workspace.person(ADA).say('general', 'nobody hears this');

    expect(seen).toEqual([]);
  });

  it('come again with the same id when they were not acknowledged', async () => {
    const workspace = await stage.open({ ackTimeoutMs: 50, retryDelaysMs: [0, 0] });
    const bot = await rawConnection(workspace);

    const outcome = await workspace.person(ADA).openHome();

    const frames = await workspace.waitFor(() => (bot.envelopes.length === 3 ? bot.envelopes : undefined));
    expect(outcome.timedOut).toBe(true);
    expect(frames.map(({ retry_attempt, retry_reason }) => [retry_attempt, retry_reason])).toEqual([
      [0, ''],
      [1, 'timeout'],
      [2, 'timeout'],
    ]);
    expect(new Set(frames.map(({ payload }) => payload.event_id)).size).toBe(1);
    bot.close();
  });

  it('arrive twice when asked to', async () => {
    const ids: string[] = [];
    const workspace = await stage.start((app) =>
      app.event('app_home_opened', async ({ body }) => void ids.push(body.event_id)),
    );
    workspace.duplicateNextDelivery();

    await workspace.person(ADA).openHome();
    await workspace.waitFor(() => (ids.length === 2 ? true : undefined));
    await workspace.person(ADA).openHome();

    await workspace.waitFor(() => (ids.length === 3 ? true : undefined));
    expect(new Set(ids).size).toBe(2);
  });
});

describe('connections', () => {
  it.each(['warning', 'refresh_requested', 'abrupt'] as const)('come back after %s', async (reason) => {
    const workspace = await stage.start((app) => app.command('/ping', ({ ack }) => ack('pong')));

    workspace.disconnectSockets(reason);
    await workspace.waitFor(() => (workspace.socketConnections() === 0 ? true : undefined));
    await workspace.waitFor(() => (workspace.socketConnections() === 1 ? true : undefined));

    expect(await workspace.person(ADA).slash('/ping')).toMatchObject({ ephemeral: { text: 'pong' } });
  });

  it('share the payloads, each going to one of them', async () => {
    const served: number[] = [];
    const serve = (which: number) => (app: App) =>
      app.command('/ping', async ({ ack }) => {
        served.push(which);
        await ack();
      });
    const workspace = await stage.start(serve(1));
    await stage.connect(workspace, serve(2));

    for (let turn = 0; turn < 4; turn += 1) await workspace.person(ADA).slash('/ping');

    expect(served.toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2]);
  });

  it('are ten at most', async () => {
    const workspace = await stage.open();
    const bots = await Promise.all(Array.from({ length: 10 }, () => rawConnection(workspace)));

    const last = await rawConnection(workspace, 'disconnect');

    expect(last.first).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    expect(workspace.socketConnections()).toBe(10);
    bots.forEach((bot) => bot.close());
  });

  it('need an app token and a fresh URL', async () => {
    const workspace = await stage.open();
    const url = await connectionUrl(workspace);
    const bot = await rawConnection(workspace, 'hello', url);

    await expect(rawConnection(workspace, 'hello', url)).rejects.toThrow('refused');
    bot.close();
  });
});

interface Frame {
  readonly type: string;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
  readonly payload: { readonly event_id?: string; readonly event?: object };
}

async function connectionUrl({ apiUrl, appToken }: SandboxWorkspace): Promise<string> {
  const headers = { authorization: `Bearer ${appToken}` };
  const reply = await fetch(`${apiUrl}apps.connections.open`, { method: 'POST', headers });
  const { url } = (await reply.json()) as { url: string };
  return url;
}

/** A bot that connects and never acknowledges anything. */
async function rawConnection(workspace: SandboxWorkspace, expected = 'hello', known?: string) {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(known ?? (await connectionUrl(workspace)));
  const envelopes: Frame[] = [];
  const first = await new Promise<Frame>((resolve, reject) => {
    socket.on('error', () => reject(new Error('refused')));
    socket.on('message', (raw: Buffer) => {
      const frame = JSON.parse(raw.toString('utf8')) as Frame;
      if (frame.type === expected) resolve(frame);
      else envelopes.push(frame);
    });
  });
  return { first, envelopes, close: () => socket.close() };
}
