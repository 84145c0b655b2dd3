/** Act one: an alert becomes a channel, people, a card and a page, and somebody is on it. */
import { expect, it } from 'vitest';
import { aPayload } from '../../../src/sandbox/demo/alert.js';
import { makeToken } from '../../support/bot-process.js';
import { textOf } from '../../support/story-workspace.js';
import type { Story } from './story.js';

export function anAlertArrives(story: Story): void {
  it('takes the alert and answers with the incident it opened', async () => {
    const { stage } = story;
    const token = await makeToken(stage.url, { scopes: ['alerts'] });

    const answer = await stage.ask('/v1/alerts/alertmanager', { token, body: aPayload(new Date()) });

    expect(answer.status).toBe(200);
    expect(answer.text).toContain('INC-1');
  });

  it('opens a channel that says what it is about, with the right people inside', async () => {
    const { stage } = story;
    const channel = await stage.until(
      async () => (await stage.workspace.channels()).find(({ name }) => name.startsWith('inc-1')),
      'the channel',
    );
    story.keep('incident channel', channel.id);

    expect(channel.name).toBe('inc-1-billing-agent-cost-rate');
    const topic = await stage.until(
      async () => (await stage.workspace.channelNamed(channel.name))?.topic || undefined,
      'the topic',
    );
    expect(topic).toMatch(/^SEV1 \| nobody on it yet \| IC: nobody yet \| billing-agent$/);
    await stage.until(async () => {
      const inside = await stage.workspace.members(channel.id);
      return ['U0OWNER1', 'U0SRE1', 'U0IC1', 'U0SCRIBE1'].every((id) => inside.includes(id)) || undefined;
    }, 'owner, on-call, commander and scribe to be inside');
  });

  it('bookmarks the alert and pins the card', async () => {
    const { stage } = story;
    const channelId = story.recall('incident channel');

    const pinned = await stage.until(
      async () => (await stage.workspace.pins(channelId)).at(0),
      'the pinned card',
    );
    const [bookmark] = await stage.workspace.bookmarks(channelId);

    expect(textOf(pinned)).toContain('INC-1 · SEV1');
    expect(textOf(pinned)).toContain('billing-agent spent $41.20');
    expect(bookmark).toMatchObject({ link: expect.stringContaining('prometheus.example.com') as unknown });
  });

  it('announces it where the company reads', async () => {
    const { stage } = story;
    const announcements = await stage.workspace.channelNamed('agent-incidents');

    const said = await stage.messageWith(announcements?.id ?? '', 'Work goes on in');

    expect(textOf(said)).toContain(`<#${story.recall('incident channel')}>`);
  });

  it('pages the owner in private and before everybody’s eyes', async () => {
    const { stage } = story;

    const page = await stage.dmWith('U0OWNER1', 'you are paged as agent-owner');
    const mention = await stage.messageWith(story.recall('incident channel'), 'paged as *agent-owner*');

    expect(textOf(page)).toContain('page:acknowledge');
    expect(textOf(mention)).toContain('<@U0OWNER1>');
  });

  it('opens nothing when the same alert comes again', async () => {
    const { stage } = story;

    const again = await stage.ask('/v1/alerts/alertmanager', { body: aPayload(new Date()) });

    expect(again.text).toContain('INC-1');
    const channels = (await stage.workspace.channels()).filter(({ name }) => name.startsWith('inc-'));
    expect(channels).toHaveLength(1);
  });
}

export function somebodyIsOnIt(story: Story): void {
  it('is acknowledged with one tap, and the chain is complete', async () => {
    const { stage } = story;
    const page = await stage.dmWith('U0OWNER1', 'page:acknowledge');

    const press = await stage.workspace.person('U0OWNER1').press(page, 'page:acknowledge');

    expect(press.timedOut).toBe(false);
    expect(await stage.told('U0OWNER1', 'You are on *INC-1*')).toContain('everybody who was paged sees it');
    const card = await stage.messageWith(story.recall('incident channel'), 'INC-1 · SEV1 · ACKNOWLEDGED');
    const chain = textOf(card);
    for (const link of ['Action', 'Signal', 'Trigger', 'Page', 'Acknowledged'])
      expect(chain).toContain(`• ${link}: <!date`);
    expect(chain).toMatch(/MTTD-for-Agents 19 min/);
  });

  it('tells a second person who was first', async () => {
    const { stage } = story;
    const channelId = story.recall('incident channel');
    const page = await stage.messageWith(channelId, 'paged as *agent-owner*');

    await stage.workspace
      .person('U0SRE2')
      .pressStale({ ...page, raw: { ...page.raw, blocks: [acknowledgeButton] } }, 'page:acknowledge');

    expect(await stage.told('U0SRE2', 'acknowledged *INC-1* already')).toContain('<@U0OWNER1>');
  });
}

/** As it stood on the mention before it was answered. */
const acknowledgeButton = {
  type: 'actions',
  block_id: 'page',
  elements: [
    {
      type: 'button',
      action_id: 'page:acknowledge',
      text: { type: 'plain_text', text: 'I’m on it' },
      value: JSON.stringify({ incident: 'INC-1' }),
    },
  ],
};
