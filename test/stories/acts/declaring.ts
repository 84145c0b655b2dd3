/** What no tripwire saw is declared by a person: by command, from anywhere, or from a message. */
import { expect, it } from 'vitest';
import { textOf } from '../../support/story-workspace.js';
import type { Story } from './story.js';

export function aPersonDeclares(story: Story): void {
  it('is declared in a form, and pages at once', async () => {
    const { stage } = story;
    const support = stage.workspace.person('U0SUP1');

    await support.slash('/incident', 'declare three customers got a refund letter they never asked for');
    const submitted = await support.submit({
      agent: 'support-agent',
      title: 'Letters about refunds that do not exist',
      surfaced: 'complaint',
    });

    expect(submitted.errors).toBeUndefined();
    await stage.told('U0SUP1', '*INC-2* is declared');
    const channel = await stage.until(
      async () => (await stage.workspace.channels()).find(({ name }) => name.startsWith('inc-2')),
      'the channel',
    );
    story.keep('declared channel', channel.id);
    expect(channel.name).toBe('inc-2-support-agent-complaint');
    const page = await stage.dmWith('U0SRE1', /INC-2 .*you are paged as on-call-sre/);
    expect(textOf(page)).toContain('none fired: a customer complained');
  });

  it('asks for what the form lacks, and keeps what was typed', async () => {
    const { stage } = story;
    const guest = stage.workspace.person('U0GUEST1');
    const tomorrow = Math.floor(Date.now() / 1000) + 86_400;

    await guest.shortcut('declare_incident');
    const submitted = await guest.submit({
      agent: 'unknown',
      title: 'It is in the newspaper',
      surfaced: 'public',
      surfacedAt: tomorrow,
    });

    expect(JSON.stringify(submitted.errors)).toMatch(/surfacedAt.*(future|ahead|past|later)/i);
    expect(stage.workspace.openView('U0GUEST1')).toBeDefined();
    const again = await guest.submit({
      agent: 'unknown',
      title: 'It is in the newspaper',
      surfaced: 'public',
    });
    expect(again.errors).toBeUndefined();
    await stage.told('U0GUEST1', '*INC-3* is declared');
  });

  it('takes the message that it was declared from onto its timeline', async () => {
    const { stage } = story;
    const owner = stage.workspace.person('U0OWNER3');
    const said = await owner.say('general', 'our prices are all zero on the web site');

    await owner.messageShortcut('declare_incident_from_message', said);
    await owner.submit({ agent: 'catalogue-agent', title: 'Prices are zero', surfaced: 'colleague' });

    await stage.told('U0OWNER3', '*INC-4* is declared');
    const notes = (await stage.entries('INC-4')).filter(({ type }) => type === 'note:added');
    expect(notes).toMatchObject([{ data: { by: 'U0OWNER3', ts: said.ts } }]);
  });

  it('goes to the incident that is open for that agent, and says so', async () => {
    const { stage } = story;
    const legal = stage.workspace.person('U0LEGAL1');

    await legal.slash('/incident', '');
    await legal.submit({ agent: 'support-agent', title: 'A regulator called', surfaced: 'regulator' });

    await stage.told('U0LEGAL1', '*INC-2* is open for that agent already');
  });

  it('starts the chain when it came to light, and asks for what only people can know', async () => {
    const { stage } = story;
    const channel = story.recall('declared channel');
    const card = await stage.messageWithButton(channel, 'link:supply');
    expect(textOf(card)).toMatch(/• Action: <!date[^•]*surfaced by complaint/);
    const sre = stage.workspace.person('U0SRE1');

    await sre.press(card, 'link:supply');
    await sre.submit({ at: Math.floor(Date.now() / 1000), source: 'the mail provider’s log' });

    await stage.told('U0SRE1', 'is on the chain now, with its source');
    await stage.messageWith(channel, /• Signal: <!date[^•]*the mail provider’s log/);
  });

  it('takes somebody’s word that it is contained, and shows that it is only a word', async () => {
    const { stage } = story;
    const channel = { channel: story.recall('declared channel') };

    const answer = await stage.workspace
      .person('U0SRE1')
      .slash('/incident', 'status contained the mail account is locked', channel);

    expect(answer.ephemeral?.text).toContain('*INC-2* is set to contained by your word');
    await stage.messageWith(channel.channel, /INC-2 .*BY HAND, NOT PROVEN/);
  });
}
