/** An exercise: the whole path without stopping a real agent, and nobody can mistake it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { textOf } from '../../support/story-workspace.js';
import type { Story } from './story.js';

export function aDrillIsRun(story: Story): void {
  const here = (): { channel: string } => ({ channel: story.recall('drill channel') });

  it('lists what can be exercised', async () => {
    const answer = await story.stage.workspace.person('U0IC1').slash('/drill', 'list');

    expect(textOf(answer.ephemeral ?? { text: '', blocks: [] })).toMatch(/invented-refunds.*never run/s);
  });

  it('is not started by somebody who may not', async () => {
    const answer = await story.stage.workspace.person('U0GUEST1').slash('/drill', 'start invented-refunds');

    expect(answer.ephemeral?.text).toMatch(/needs one of these roles: incident-commander/);
  });

  it('opens a channel of its own and pages only whoever started it', async () => {
    const { stage } = story;

    const answer = await stage.workspace.person('U0IC1').slash('/drill', 'start invented-refunds');

    expect(answer.ephemeral?.text).toContain('*DRILL-1* has begun');
    const channel = await stage.until(
      async () => (await stage.workspace.channels()).find(({ name }) => name.startsWith('drill-1')),
      'the channel',
    );
    story.keep('drill channel', channel.id);
    await stage.dmWith('U0IC1', /DRILL · DRILL-1 .*you are paged/);
    expect((await stage.workspace.dms('U0OWNER1')).map(textOf).join()).not.toContain('DRILL-1');
  });

  it('rehearses a halt with every guard, and denies nothing', async () => {
    const { stage } = story;
    const before = story.agents.map(({ began }) => began.length);
    const refused = story.agents.map((agent) => agent.refused());

    const answer = await stage.workspace.person('U0SRE1').slash('/halt', 'all this is a drill', here());

    expect(answer.ephemeral?.text).toMatch(/REHEARSAL \*H-\d+\* .*nothing is denied/);
    await stage.messageWith(here().channel, /DRILL · REHEARSAL · 🎭 H-\d+/);
    await stage.until(
      () => story.agents.every(({ began }, index) => began.length > (before[index] ?? 0) + 2) || undefined,
      'every agent to go on',
    );
    await sleep(200);
    expect(story.agents.map((agent) => agent.refused())).toEqual(refused);
  });

  it('says DRILL on everything that anybody sees of it', async () => {
    const { stage } = story;
    const announcements = await stage.workspace.channelNamed('agent-incidents');
    await stage.messageWith(announcements?.id ?? '', /DRILL-1/);
    await stage.until(async () => {
      const topic = (await stage.workspace.channels()).find(({ id }) => id === here().channel)?.topic ?? '';
      return topic.startsWith('DRILL') || undefined;
    }, 'the topic');

    // A channel takes one new message a second.
    const ofDrill = await stage.until(async () => {
      const everything = await Promise.all(
        [here().channel, announcements?.id ?? ''].map((channel) => stage.workspace.messages(channel)),
      );
      const shown = everything
        .flat()
        .filter(({ subtype }) => subtype === undefined)
        .filter((message) => message.channel === here().channel || textOf(message).includes('DRILL-1'));
      return shown.length > 3 ? shown : undefined;
    }, 'what people see of the drill');

    for (const message of ofDrill) expect(message.text).toMatch(/^DRILL · /);
  });

  it('is scored', async () => {
    const answer = await story.stage.workspace.person('U0IC1').slash('/drill', 'score', here());

    expect(answer.ephemeral?.text).toMatch(/^DRILL · DRILL-1: \d+ of \d+ met/);
  });
}

export function theHomeTabShowsIt(story: Story): void {
  it('shows what stands, and declares from there', async () => {
    const { stage } = story;
    const person = stage.workspace.person('U0COMMS1');

    await person.openHome();

    const home = await stage.until(() => stage.workspace.home('U0COMMS1'), 'the home tab');
    const shown = JSON.stringify(home);
    expect(shown).toContain('INC-2');
    expect(shown).toMatch(/platform-agent/);
    expect(shown).not.toContain('INC-1*');
    await person.press('home', 'incident:declare');
    expect(JSON.stringify(stage.workspace.openView('U0COMMS1'))).toContain('Agent incident');
    await person.closeView();
  });
}
