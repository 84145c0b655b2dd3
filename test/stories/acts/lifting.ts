/** Act five: two people lift each order, and only then do the agents act again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { textOf } from '../../support/story-workspace.js';
import type { Story } from './story.js';

export function twoPeopleLift(story: Story): void {
  const here = (): { channel: string } => ({ channel: story.recall('incident channel') });

  it('is asked for with a reason, on the order’s own card', async () => {
    const { stage } = story;
    const sre = stage.workspace.person('U0SRE1');

    await sre.press(await stage.messageWithButton(here().channel, 'lift:request', 'H-2'), 'lift:request');
    await sre.submit({ reason: 'the refunds are reversed and the tool is fixed' });

    await stage.told('U0SRE1', 'Lift of *H-2* requested');
    const request = await stage.messageWithButton(here().channel, 'lift:approve', 'H-2');
    expect(textOf(request)).toContain('*Another person* has to approve');
  });

  it('refuses the one who asked', async () => {
    const { stage } = story;
    const request = await stage.messageWithButton(here().channel, 'lift:approve', 'H-2');
    const before = story.agents.map(({ began }) => began.length);

    await stage.workspace.person('U0SRE1').press(request, 'lift:approve');

    expect(await stage.told('U0SRE1', 'You asked for this lift yourself')).toContain('Somebody else');
    await sleep(300);
    expect(story.agents.map(({ began }) => began.length)).toEqual(before);
  });

  it('lets the others act again when a second person approves, and not the one that is halted by itself', async () => {
    const { stage } = story;
    const request = await stage.messageWithButton(here().channel, 'lift:approve', 'H-2');
    const others = story.agents.filter(({ agentId }) => agentId !== 'billing-agent');
    const before = others.map(({ began }) => began.length);
    const billing = story.agent('billing-agent').began.length;

    await stage.workspace.person('U0SEC1').press(request, 'lift:approve');

    await stage.told('U0SEC1', '*H-2* is lifted');
    await stage.until(
      () => others.every(({ began }, index) => began.length > (before[index] ?? 0)) || undefined,
      'three agents at work',
    );
    expect(story.agent('billing-agent').began.length).toBe(billing);
  });

  it('takes the other order away in the same two steps, by command', async () => {
    const { stage } = story;
    const before = story.agent('billing-agent').began.length;

    const asked = await stage.workspace
      .person('U0IC1')
      .slash('/halt', 'lift h-1 the refund tool has a limit now', here());
    expect(asked.ephemeral?.text).toContain('Lift of *H-1* requested');
    const request = await stage.messageWithButton(here().channel, 'lift:approve', 'H-1');
    await stage.workspace.person('U0SRE2').press(request, 'lift:approve');

    await stage.until(
      () => story.agent('billing-agent').began.length > before || undefined,
      'the billing agent at work',
    );
    const card = await stage.messageWith(here().channel, /INC-1 .*H-1.*lifted .*H-2.*lifted/);
    expect(textOf(card)).toContain('by <@U0SRE2>, asked for by <@U0IC1>');
  });
}
