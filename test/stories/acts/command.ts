/** Act two: roles, severity, status and the timeline. */
import { expect, it } from 'vitest';
import { textOf } from '../../support/story-workspace.js';
import type { Story } from './story.js';

export function somebodyTakesCommand(story: Story): void {
  const here = (): { channel: string } => ({ channel: story.recall('incident channel') });
  const topic = async (): Promise<string> =>
    (await story.stage.workspace.channels()).find(({ id }) => id === here().channel)?.topic ?? '';

  it('gives command to whoever takes it, and tells them their duties in private', async () => {
    const { stage } = story;
    const card = await stage.messageWithButton(here().channel, 'role:claim');

    await stage.workspace.person('U0IC1').press(card, 'role:claim', {
      value: JSON.stringify({ incident: 'INC-1', role: 'incident-commander' }),
    });

    expect(textOf(await stage.dmWith('U0IC1', 'You are Incident commander of INC-1'))).toContain(
      'you do not type',
    );
    await stage.until(async () => (await topic()).includes('IC: <@U0IC1>') || undefined, 'the topic');
  });

  it('gives a role to somebody who is named', async () => {
    const { stage } = story;

    const answer = await stage.workspace
      .person('U0IC1')
      .slash('/incident', 'role scribe <@U0SCRIBE1|scribe>', here());

    expect(answer.ephemeral?.text).toContain('<@U0SCRIBE1> is *scribe* of *INC-1* now');
    await stage.dmWith('U0SCRIBE1', 'You are Scribe of INC-1');
  });

  it('changes the severity by command and by menu, and the topic with it', async () => {
    const { stage } = story;
    const owner = stage.workspace.person('U0OWNER1');

    const down = await owner.slash('/incident', 'severity sev2 few customers so far', here());
    expect(down.ephemeral?.text).toContain('*SEV2*');
    await stage.until(async () => (await topic()).startsWith('SEV2') || undefined, 'the topic');

    const card = await stage.messageWithButton(here().channel, 'severity:change', 'SEV2');
    await owner.press(card, 'severity:change', { value: 'INC-1|sev1' });
    await stage.told('U0OWNER1', '*INC-1* is *SEV1* now');
    await stage.until(async () => (await topic()).startsWith('SEV1') || undefined, 'the topic');
  });

  it('refuses a passer-by who wants to change it, and remembers that', async () => {
    const { stage } = story;

    const answer = await stage.workspace.person('U0GUEST1').slash('/incident', 'severity sev3', here());

    expect(answer.ephemeral?.text).toMatch(/needs one of these roles: on-call-sre/);
    const refused = (await stage.entries('INC-1')).filter(({ type }) => type === 'press:refused');
    expect(refused).toMatchObject([
      { actor: { id: 'U0GUEST1' }, data: { what: '/incident severity', userId: 'U0GUEST1' } },
    ]);
  });

  it('lists what stands open, anywhere', async () => {
    const answer = await story.stage.workspace.person('U0GUEST1').slash('/incident', 'status');

    expect(textOf(answer.ephemeral ?? { text: '', blocks: [] })).toMatch(/\*INC-1\* SEV1 acknowledged/);
  });

  it('sets the status, and does not take the same one twice', async () => {
    const { stage } = story;

    const answer = await stage.workspace.person('U0IC1').slash('/incident', 'status acknowledged', here());

    expect(answer.ephemeral?.text).toContain('INC-1 is acknowledged already');
  });

  it('puts a note on the timeline', async () => {
    const answer = await story.stage.workspace
      .person('U0SCRIBE1')
      .slash('/incident', 'note finance counts 214 refunds', here());

    expect(answer.ephemeral?.text).toContain('On the timeline of *INC-1*');
  });

  it('tells everybody who follows it, in the channel and below the announcement', async () => {
    const { stage } = story;
    const said = '/incident update refunds are stopped';

    await stage.workspace.person('U0IC1').slash('/incident', said.slice('/incident '.length), here());

    await stage.until(async () => {
      const messages = await stage.workspace.messages(here().channel);
      return messages.find(({ text }) => text.includes('refunds are stopped'));
    }, 'the update in the channel');
    await stage.until(async () => {
      const channel = (await stage.workspace.channels()).find(({ name }) => name === 'agent-incidents');
      const messages = await stage.workspace.messages(channel?.id ?? '');
      const announced = messages.find(({ text }) => text.includes('INC-1'));
      const thread = announced && (await stage.workspace.thread(announced.channel, announced.ts));
      return thread?.find(({ text, ts }) => ts !== announced?.ts && text.includes('refunds are stopped'));
    }, 'the update below the announcement');
  });

  it('puts a message on the timeline when somebody pins it with 📌, once', async () => {
    const { stage } = story;
    const { channel } = here();
    const said = await stage.workspace
      .person('U0SRE1')
      .say(channel, 'the price table has not changed in a month');

    await stage.workspace.person('U0SCRIBE1').react(channel, said.ts, 'pushpin');
    await stage.workspace.person('U0SRE2').react(channel, said.ts, 'round_pushpin');

    await stage.until(async () => {
      const message = (await stage.workspace.messages(channel)).find(({ ts }) => ts === said.ts);
      return message?.reactions.find(({ name }) => name === 'white_check_mark');
    }, 'the tick');
    const pinned = (await stage.entries('INC-1')).filter(
      ({ type, data }) => type === 'note:added' && JSON.stringify(data).includes('"reaction"'),
    );
    expect(pinned).toMatchObject([
      {
        occurredAt: new Date(Number(said.ts) * 1000).toISOString(),
        data: { by: 'U0SRE1', ts: said.ts, permalink: expect.stringContaining('archives') as unknown },
      },
    ]);
  });
}
