import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ADA, BOB, buttons, clientOf, openWorkspace, refusalOf } from './support.js';

let workspace: SandboxWorkspace;
let slack: WebClient;
let home: string;

beforeAll(async () => {
  workspace = await openWorkspace();
  slack = clientOf(workspace);
  home = await makeChannel('home');
});
afterAll(() => workspace.stop());

async function makeChannel(name: string): Promise<string> {
  return (await slack.conversations.create({ name })).channel?.id ?? '';
}

async function post(channel = home, text = 'hello'): Promise<string> {
  return (await slack.chat.postMessage({ channel, text })).ts ?? '';
}

describe('messages', () => {
  it('wants some content', async () => {
    expect(await refusalOf(slack.chat.postMessage({ channel: home, text: '' }))).toMatchObject({
      error: 'no_text',
    });
  });

  it('keeps the raw text, so that a test can find an unescaped mention', async () => {
    const ts = await post(home, 'beware <!channel> &lt;!here&gt;');

    expect((await workspace.messages(home)).find((one) => one.ts === ts)?.text).toBe(
      'beware <!channel> &lt;!here&gt;',
    );
  });

  it('shows metadata only to who asks for it', async () => {
    const channel = await makeChannel('meta');
    const metadata = { event_type: 'surface', event_payload: { id: 'card' } };
    await slack.chat.postMessage({ channel, text: 'x', metadata });

    const [plain] = (await slack.conversations.history({ channel })).messages ?? [];
    const [full] =
      (await slack.conversations.history({ channel, include_all_metadata: true })).messages ?? [];

    expect(plain).not.toHaveProperty('metadata');
    expect(full?.metadata).toEqual(metadata);
  });

  it('refuses metadata without a payload', async () => {
    const metadata = { event_type: 'surface' };

    expect(
      await refusalOf(slack.apiCall('chat.postMessage', { channel: home, text: 'x', metadata })),
    ).toMatchObject({
      error: 'invalid_metadata_schema',
    });
  });

  it('deletes the blocks when an update brings only text', async () => {
    const { ts = '' } = await slack.chat.postMessage({ channel: home, text: 'x', blocks: buttons('go') });

    await slack.chat.update({ channel: home, ts, text: 'y' });

    const message = (await workspace.messages(home)).find((one) => one.ts === ts);
    expect(message).toMatchObject({ text: 'y', blocks: [] });
    expect(message?.edited).toBeDefined();
  });

  it('takes an update of 4,000 characters and refuses 4,001', async () => {
    const ts = await post();

    expect((await slack.chat.update({ channel: home, ts, text: 'x'.repeat(4_000) })).ok).toBe(true);
    expect(await refusalOf(slack.chat.update({ channel: home, ts, text: 'x'.repeat(4_001) }))).toMatchObject({
      error: 'msg_too_long',
    });
  });

  it('updates no message that is not there, or not its own', async () => {
    const bobs = await workspace.person(BOB).say('general', 'mine');

    expect(await refusalOf(slack.chat.update({ channel: home, ts: '1.1', text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    });
    expect(
      await refusalOf(slack.chat.update({ channel: bobs.channel, ts: bobs.ts, text: 'x' })),
    ).toMatchObject({
      error: 'cant_update_message',
    });
  });

  it('keeps threads', async () => {
    const ts = await post();
    await slack.chat.postMessage({ channel: home, text: 'reply', thread_ts: ts });

    expect((await workspace.thread(home, ts)).map(({ text }) => text)).toEqual(['hello', 'reply']);
    expect(
      await refusalOf(slack.chat.postMessage({ channel: home, text: 'x', thread_ts: '1.1' })),
    ).toMatchObject({
      error: 'thread_not_found',
    });
  });

  it('reads history between two times and page by page', async () => {
    const channel = await makeChannel('pages');
    const first = await post(channel, '1');
    const second = await post(channel, '2');
    const third = await post(channel, '3');

    const newer = await slack.conversations.history({ channel, oldest: first });
    const page = await slack.conversations.history({ channel, limit: 2 });
    const rest = await slack.conversations.history({
      channel,
      limit: 2,
      cursor: page.response_metadata?.next_cursor ?? '',
    });

    expect(newer.messages?.map(({ ts }) => ts)).toEqual([third, second]);
    expect(page.messages?.map(({ ts }) => ts)).toEqual([third, second]);
    expect(rest.messages?.map(({ ts }) => ts)).toEqual([first]);
  });

  it('whispers only to members', async () => {
    await slack.conversations.invite({ channel: home, users: ADA });

    await slack.chat.postEphemeral({ channel: home, user: ADA, text: 'psst' });

    expect(workspace.ephemerals(ADA)).toMatchObject([{ text: 'psst', channel: home }]);
    expect(await refusalOf(slack.chat.postEphemeral({ channel: home, user: BOB, text: 'x' }))).toMatchObject({
      error: 'user_not_in_channel',
    });
  });

  it('sends direct messages to a user id', async () => {
    await slack.chat.postMessage({ channel: BOB, text: 'you are paged' });

    expect((await workspace.dms(BOB)).map(({ text }) => text)).toEqual(['you are paged']);
  });

  it('limits a channel to a message a second when asked to', async () => {
    let now = 1_000_000;
    const slow = await openWorkspace({ limitMessageRate: true, now: () => now });
    const bot = clientOf(slow);
    const channel = (await bot.conversations.create({ name: 'slow' })).channel?.id ?? '';
    await bot.chat.postMessage({ channel, text: '1' });

    await expect(bot.chat.postMessage({ channel, text: '2' })).rejects.toMatchObject({ retryAfter: 1 });
    now += 1_000;
    expect((await bot.chat.postMessage({ channel, text: '3' })).ok).toBe(true);
    await slow.stop();
  });
});
