/** Act three: who may not halt asks those who may; then everything stops, with proof. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { offers, textOf } from '../../support/story-workspace.js';
import type { Story } from './story.js';

export function whoMayNotAsksWhoMay(story: Story): void {
  const here = (): { channel: string } => ({ channel: story.recall('incident channel') });

  it('refuses a passer-by, says who may, and stops nothing', async () => {
    const { stage } = story;

    const answer = await stage.workspace
      .person('U0GUEST1')
      .slash('/halt', 'agent billing-agent my refund came twice', here());

    const shown = textOf(answer.ephemeral ?? { text: '', blocks: [] });
    expect(shown).toMatch(/needs one of these roles: on-call-sre, security-on-call, agent-owner/);
    expect(shown).toContain('halt:ask');
    expect(story.agents.map((agent) => agent.refused())).toEqual([0, 0, 0, 0]);
  });

  it('pages everybody who may at one press, with a halt of one tap', async () => {
    const { stage } = story;
    const refusal = stage.workspace
      .ephemerals('U0GUEST1')
      .findLast((each) => offers(each.blocks, 'halt:ask'));
    expect(refusal).toBeDefined();

    await stage.workspace
      .person('U0GUEST1')
      .press({ channel: here().channel, ts: refusal?.ts ?? '' }, 'halt:ask');

    expect(await stage.told('U0GUEST1', 'who may halt this')).toContain('*Nothing is halted* until');
    for (const userId of ['U0SRE1', 'U0SRE2', 'U0SEC1', 'U0OWNER1', 'U0IC1']) {
      const asked = await stage.dmWith(userId, 'halt:one-tap');
      expect(textOf(asked)).toContain('my refund came twice');
    }
    expect(story.agent('billing-agent').refused()).toBe(0);
  });

  it('stops the one agent at one tap, and no other', async () => {
    const { stage } = story;
    const asked = await stage.dmWith('U0SRE2', 'halt:one-tap');

    await stage.workspace.person('U0SRE2').press(asked, 'halt:one-tap');

    expect(await stage.told('U0SRE2', 'Ordered: *H-1*')).toContain('1 enforcement point asked');
    await stage.until(() => story.agent('billing-agent').refused() > 2 || undefined, 'refusals');
    const others = story.agents.filter(({ agentId }) => agentId !== 'billing-agent');
    const before = others.map(({ began }) => began.length);
    await stage.until(
      () => others.every(({ began }, index) => began.length > (before[index] ?? 0)) || undefined,
      'the others to go on',
    );
    await stage.dmWith('U0SRE1', '<@U0SRE2> ordered it');
  });
}

export function everythingStops(story: Story): void {
  const here = (): { channel: string } => ({ channel: story.recall('incident channel') });

  it('starts the clock when harm is confirmed', async () => {
    const { stage } = story;
    const card = await stage.messageWithButton(here().channel, 'harm:confirm');

    await stage.workspace.person('U0OWNER1').press(card, 'harm:confirm');

    await stage.told('U0OWNER1', 'Harm confirmed on *INC-1*');
  });

  it('halts everything at a word, answers in time, and proves it on the card', async () => {
    const { stage } = story;

    const answer = await stage.workspace
      .person('U0SRE1')
      .slash('/halt', 'all refunds to the wrong people', here());

    expect(answer.ephemeral?.text).toMatch(/Ordered: \*H-2\* \(all agents\), 4 enforcement points asked/);
    expect(answer.elapsedMs).toBeLessThan(3_000);
    const board = await stage.messageWith(here().channel, /H-2 .*Contained at 4 of 4 enforcement points in/);
    expect(textOf(board)).toMatch(/target 30 s: met/);
    const saidAt = Date.now();
    await sleep(400);
    for (const agent of story.agents) {
      expect(agent.began.filter((at) => at > saidAt)).toEqual([]);
      expect(agent.refused()).toBeGreaterThan(0);
    }
  });

  it('shows it on the incident’s own card', async () => {
    const card = await story.stage.messageWith(here().channel, /\*H-2\* all agents: contained at 4 of 4/);

    expect(textOf(card)).toMatch(/^INC-1 · SEV1 · CONTAINED in/);
  });

  it('does not order twice what is in force', async () => {
    const again = await story.stage.workspace.person('U0SEC1').slash('/halt', 'all', here());

    expect(again.ephemeral?.text).toContain('*H-2* (all agents) is already in force');
  });

  it('tells anybody who asks how things stand', async () => {
    const answer = await story.stage.workspace.person('U0GUEST1').slash('/halt', 'status');

    const shown = textOf(answer.ephemeral ?? { text: '', blocks: [] });
    expect(shown).toMatch(/\*H-2 all agents\* .*contained at 4 of 4/);
    expect(shown).toMatch(/\*platform-agent\*/);
  });
}
