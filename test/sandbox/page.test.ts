import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '@slack/bolt';
import { mrkdwn } from '../../src/sandbox/slack/page/mrkdwn.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ADA, BOB, buttons, clientOf, connectBySocket, openWorkspace } from './support.js';

let workspace: SandboxWorkspace;
let slack: WebClient;
let app: App;
let channel: string;

beforeAll(async () => {
  workspace = await openWorkspace();
  slack = clientOf(workspace);
  app = await connectBySocket(workspace, (bot) => {
    bot.command('/ping', ({ ack }) => ack('pong'));
    bot.action('go', async ({ ack, body, client }) => {
      await ack();
      await client.chat.postMessage({ channel, text: `pressed by <@${body.user.id}>` });
    });
  });
  channel = (await slack.conversations.create({ name: 'incident' })).channel?.id ?? '';
});
afterAll(async () => {
  await app.stop();
  await workspace.stop();
});

async function order(name: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return (
    await fetch(`${workspace.url}sandbox/${name}`, { method: 'POST', headers, body: JSON.stringify(body) })
  ).json();
}

async function page(query: string): Promise<string> {
  return (await fetch(`${workspace.url}?${query}`)).text();
}

describe('the control door', () => {
  it('types commands and presses buttons as anybody', async () => {
    const { ts } = await slack.chat.postMessage({ channel, text: 'card', blocks: buttons('go') });

    expect(await order('slash', { as: 'ada', command: '/ping' })).toMatchObject({
      ok: true,
      ephemeral: { text: 'pong' },
    });
    expect(await order('press', { as: BOB, channel, ts, action: 'go' })).toMatchObject({
      ok: true,
      timedOut: false,
    });
    await workspace.waitFor(async () =>
      (await workspace.messages(channel)).find(({ text }) => text === `pressed by <@${BOB}>`),
    );
  });

  it('tells what there is', async () => {
    const state = JSON.stringify(await order('state', {}));

    expect(state).toContain('"name":"incident"');
    expect(state).toContain('pong');
    expect(state).not.toContain(workspace.botToken);
  });

  it('breaks things and mends them', async () => {
    await order('faults', { method: 'chat.postMessage', kind: 'error', error: 'fatal_error' });
    await expect(slack.chat.postMessage({ channel, text: 'x' })).rejects.toThrow('fatal_error');

    await order('faults', { kind: 'clear' });

    expect((await slack.chat.postMessage({ channel, text: 'x' })).ok).toBe(true);
  });

  it('says what it cannot do', async () => {
    expect(await order('dance', {})).toMatchObject({
      ok: false,
      error: expect.stringContaining('no order dance'),
    });
    expect(await order('slash', { as: 'mallory', command: '/ping' })).toMatchObject({
      ok: false,
      error: 'nobody here is called mallory',
    });
  });
});

describe('the page', () => {
  it('shows messages with buttons that can be pressed', async () => {
    await slack.chat.postMessage({ channel, text: 'x', blocks: buttons('launch') });

    const html = await page(`as=${ADA}&at=${channel}`);

    expect(html).toContain('# incident');
    expect(html).toContain('name="action" value="launch"');
  });

  it('takes a form, does what it says and comes back', async () => {
    const body = new URLSearchParams({
      as: ADA,
      channel,
      text: 'from the page',
      back: `/?as=${ADA}&at=${channel}`,
    });

    const reply = await fetch(`${workspace.url}sandbox/say`, { method: 'POST', body, redirect: 'manual' });

    expect([reply.status, reply.headers.get('location')]).toEqual([303, `/?as=${ADA}&at=${channel}`]);
    expect((await workspace.messages(channel)).map(({ text }) => text)).toContain('from the page');
  });

  it('runs nothing that an agent wrote', async () => {
    const hostile = '<script>alert(1)</script> <javascript:alert(1)|click> "quotes"';
    await slack.chat.postMessage({
      channel,
      text: hostile,
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: hostile } }],
    });
    await slack.conversations.setTopic({ channel, topic: '<img src=x onerror=alert(1)>' });

    const html = await page(`as=${ADA}&at=${channel}`);

    expect(html).not.toMatch(/<script|<img src=x|href="javascript/);
  });

  it('keeps what one person sees from another', async () => {
    const general = (await workspace.channelNamed('general'))?.id ?? '';
    await workspace.person(ADA).slash('/ping');

    expect(await page(`as=${ADA}&at=${general}`)).toContain('Only visible to you');
    expect(await page(`as=${BOB}&at=${general}`)).not.toContain('Only visible to you');
  });
});

it.each([
  ['*bold* _slanted_ ~gone~', '<b>bold</b> <i>slanted</i> <s>gone</s>'],
  ['snake_case_name 2*3*4', 'snake_case_name 2*3*4'],
  ['`a *b*`', '<code>a *b*</code>'],
  ['```x < y```', '<pre>x &lt; y</pre>'],
  ['a &lt;b&gt; &amp; c', 'a &lt;b&gt; &amp; c'],
  ['<https://x.test/?a=1&amp;b=2|here>', '<a href="https://x.test/?a=1&amp;b=2" rel="noreferrer">here</a>'],
  ['<@U1> <#C1|home>', '<span class="mention">@Ada</span> <span class="mention">#home</span>'],
  ['<!channel>', '<span class="mention loud">@channel</span>'],
  ['<!subteam^S1|@ops>', '<span class="mention">@ops</span>'],
  ['<!date^1700000000^{time}|10 past>', '10 past'],
  ['&gt; said\nnext', '<span class="quote">said</span><br>next'],
])('reads mrkdwn: %s', (text, html) => {
  expect(mrkdwn(text, (id) => (id === 'U1' ? 'Ada' : id)).html).toBe(html);
});
