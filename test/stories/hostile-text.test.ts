/** What an agent or an alert wrote is shown as text, wherever it is shown: nobody is called, nothing is a link. */
import { beforeAll, describe, expect, it } from 'vitest';
import { isObject } from '../../src/sandbox/slack/json.js';
import { BOT_USER_ID } from '../../src/sandbox/slack/options.js';
import type { Message } from '../../src/sandbox/slack/reads.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ask, makeToken } from '../support/bot-process.js';
import { INCIDENT, holds, readJournal } from '../support/journal-reader.js';
import { withBot } from '../support/story-bot.js';
import { allMessages, messageWithButton } from '../support/story-workspace.js';

const HOSTILE =
  'evil<!channel> evil<!here|here> evil<@U0SRE1> evil<#C0EVIL> evil<http://evil.example|click> `evil code` ```evil block``` *evil bold*';

/** What Slack would act on, if it stood in markup as the attacker wrote it. */
const WEAPONS = [
  'evil<',
  '<!channel',
  '<!here',
  '<!everyone',
  '<!subteam',
  '<#C0EVIL',
  '<http://evil',
  '`evil',
  '*evil bold',
];

describe('hostile text in an alert', () => {
  // Without files the post-mortem is posted as messages: then its words are in Slack as well.
  const story = withBot({ workspace: { refuse: { files: 'not_allowed' } } });
  let messages: readonly Message[];

  beforeAll(async () => {
    await playIncident(story.workspace, story.url);
    messages = (await allMessages(story.workspace)).filter(({ userId }) => userId === BOT_USER_ID);
  });

  it('does nothing in any message of any channel, thread or direct message', () => {
    const armed = messages.flatMap((message) => markupOf(message).filter(isArmed));

    expect(armed).toEqual([]);
  });

  it('does nothing in the text that notifications show', () => {
    expect(messages.map(({ text }) => text).filter(isArmed)).toEqual([]);
  });

  it('does nothing in what is shown to one person alone', () => {
    const shown = story.workspace.ephemerals('U0SRE1').flatMap((one) => [one.text, ...mrkdwnIn(one.blocks)]);

    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter(isArmed)).toEqual([]);
  });

  it('does nothing in the topic of the channel', async () => {
    const topics = (await story.workspace.channels()).map(({ topic }) => topic);

    expect(topics.filter(isArmed)).toEqual([]);
  });

  it('can be read on the card, on the page, in the announcement and in the post-mortem', () => {
    const places = ['card:', 'page:', 'announcement:', 'post-mortem-text:'];
    const readable = places.filter((place) =>
      messages.some(
        (message) =>
          keyOf(message).startsWith(place) &&
          markupOf(message).some((text) => text.includes('&lt;!channel&gt;')),
      ),
    );

    expect(readable).toEqual(places);
  });

  it('is text in the post-mortem file, in Markdown and in HTML made of it', async () => {
    const { text } = await ask(story.url, `/v1/incidents/${INCIDENT}/post-mortem.md`);

    expect(text).toContain('&lt;!channel&gt;');
    expect(text).not.toMatch(/evil<|<!channel|\]\(http:\/\/evil|(?<!\\)`evil|(?<!\\)\*evil bold/);
  });

  it('named the channel by the rules of Slack', async () => {
    const channel = (await story.workspace.channels()).find(({ name }) => name.startsWith('inc-'));

    expect(channel?.name).toMatch(/^inc-1-[\p{Ll}\p{N}_-]+$/u);
  });
});

async function playIncident(workspace: SandboxWorkspace, url: string): Promise<void> {
  const labels = {
    alertname: HOSTILE,
    agent: HOSTILE,
    tool: HOSTILE,
    action_class: HOSTILE,
    tripwire: HOSTILE,
  };
  const alert = {
    status: 'firing',
    labels,
    annotations: { summary: HOSTILE, description: `${HOSTILE}\n${HOSTILE}` },
    startsAt: new Date().toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: `javascript:${HOSTILE}`,
    fingerprint: HOSTILE.slice(0, 120),
  };
  const answer = await ask(url, '/v1/alerts/alertmanager', {
    body: { version: '4', groupKey: HOSTILE, status: 'firing', receiver: HOSTILE, alerts: [alert] },
  });
  expect(answer.status).toBe(200);

  const sre = workspace.person('U0SRE1');
  const patience = { timeoutMs: 20_000, everyMs: 150 };
  const channel = await workspace.waitFor(
    async () => (await workspace.channels()).find(({ name }) => name.startsWith('inc-')),
    patience,
  );
  const page = await workspace.waitFor(async () => (await workspace.dms('U0SRE1')).at(-1), patience);
  await sre.press(page, 'page:acknowledge');
  const said = await sre.say(channel.id, HOSTILE);
  await sre.react(channel.id, said.ts, 'pushpin');
  for (const line of [
    `note ${HOSTILE}`,
    `severity sev3 ${HOSTILE}`,
    `role ${HOSTILE}`,
    `rollback ${HOSTILE}`,
    `status acknowledged ${HOSTILE}`,
    'role scribe',
  ])
    await sre.slash('/incident', line, { channel: channel.id });
  await sre.slash('/halt', `agent ${HOSTILE}`, { channel: channel.id });
  await workspace.waitFor(() => messageWithButton(workspace, channel.id, 'role:claim'), patience);
  await workspace.person('U0IC1').slash('/incident', `close ${HOSTILE}`, { channel: channel.id });
  await orderAndAskForLift(url);
  await workspace.waitFor(
    async () => holds((await readJournal(url)) ?? never(), 'post-mortem:posted') || undefined,
    patience,
  );
  await workspace.waitFor(
    async () => (await allMessages(workspace)).find((message) => keyOf(message) === 'lift:H-1'),
    patience,
  );
}

/** Orders outside any incident are shown where incidents are announced. */
async function orderAndAskForLift(url: string): Promise<void> {
  const token = await makeToken(url, { scopes: ['operate'], roles: ['on-call-sre'], person: 'U0SRE2' });
  const order = await ask(url, '/v1/halts', { body: { scope: 'all', reason: HOSTILE }, token });
  expect(order.status).toBe(201);
  const lift = await ask(url, '/v1/halts/H-1/lift', { body: { action: 'request', reason: HOSTILE }, token });
  expect(lift.status).toBe(200);
}

function never(): never {
  throw new Error('the incident is gone');
}

function keyOf({ metadata }: Message): string {
  const payload = metadata?.['event_payload'];
  return isObject(payload) ? String(payload['key']) : '';
}

function markupOf({ text, blocks }: Message): string[] {
  return [text, ...mrkdwnIn(blocks)];
}

/** Every text that Slack parses: plain_text elements are shown as they are. */
function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (!isObject(value)) return [];
  if (value['type'] === 'plain_text') return [];
  const own = value['type'] === 'mrkdwn' && typeof value['text'] === 'string' ? [value['text']] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnIn)];
}

function isArmed(text: string): boolean {
  return WEAPONS.some((weapon) => text.includes(weapon));
}
