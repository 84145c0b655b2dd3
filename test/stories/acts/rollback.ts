/** Act four: what the agent did is undone, step by step, by the people whose presses count. */
import { expect, it } from 'vitest';
import type { Message } from '../../../src/sandbox/slack/reads.js';
import { offers, textOf } from '../../support/story-workspace.js';
import type { Story } from './story.js';

export function whatWasDoneIsUndone(story: Story): void {
  const here = (): { channel: string } => ({ channel: story.recall('incident channel') });
  const checklist = (words: RegExp): Promise<Message> => story.stage.messageWith(here().channel, words);

  it('does not close while anything is open, and says what is', async () => {
    const answer = await story.stage.workspace.person('U0IC1').slash('/incident', 'close', here());

    expect(answer.ephemeral?.text).toMatch(/INC-1 cannot be closed yet/);
    expect(answer.ephemeral?.text).toMatch(/rollback of external-api-call is verified \(payments-operator/);
    expect(answer.ephemeral?.text).toMatch(/what becomes of H-1, H-2/);
  });

  it('opens the checklist of what the agent did, and of what else somebody thinks of', async () => {
    expect(textOf(await checklist(/Operator: \*payments-operator/))).toMatch(/rollback · .*API/);

    const answer = await story.stage.workspace
      .person('U0SRE1')
      .slash('/incident', 'rollback database-write', here());

    expect(answer.ephemeral?.text).toContain('The checklist for *database-write*');
    expect(textOf(await checklist(/Operator: \*database-operator/))).toMatch(/due <!date/);
  });

  it('counts only the operator’s presses, and tells others whose they are', async () => {
    const { stage } = story;
    const list = await checklist(/Operator: \*payments-operator/);

    await stage.workspace.person('U0GUEST1').press(list, 'step:start');

    expect(await stage.told('U0GUEST1', 'Only the payments-operator')).toContain('Ask one of them to press');
    expect(textOf(await checklist(/Operator: \*payments-operator/))).not.toContain('started by');
  });

  it('takes each step with a start, an end and a proof; somebody else verifies', async () => {
    await workThrough(story, { role: 'payments-operator', operator: 'U0PAY1' });
    await verify(story, { role: 'payments-operator', verifier: 'U0PAY2' });

    const done = await checklist(/payments-operator.*Verified\* by <@U0PAY2>/);
    expect(textOf(done)).toContain('done by <@U0PAY1>');
    expect(textOf(done)).toContain('>ledger and provider agree to the cent');
  });

  it('is worked by its substitute where it cannot be undone', async () => {
    const { stage } = story;
    const operator = stage.workspace.person('U0DBA1');

    await operator.press(await checklist(/Operator: \*database-operator/), 'checklist:substitute');
    await operator.submit({ evidence: 'the rows were overwritten by the nightly job' });

    await stage.told('U0DBA1', 'steps of the substitute');
    await checklist(/database-operator.*Cannot be undone, says <@U0DBA1>/);
    await workThrough(story, { role: 'database-operator', operator: 'U0DBA1' });
    await verify(story, { role: 'database-operator', verifier: 'U0DBA1' });
    await checklist(/database-operator.*Verified\* by <@U0DBA1>/);
  });

  it('counts the steps on the card', async () => {
    const card = await story.stage.messageWith(here().channel, /INC-1 .*2 of 2 verified/);

    expect(textOf(card)).toMatch(/Rollback (\d+)\/\1 steps/);
  });
}

/** Starts every step, then ends each with a proof, as one operator with the list before them does. */
async function workThrough(
  story: Story,
  { role, operator }: { role: string; operator: string },
): Promise<void> {
  const person = story.stage.workspace.person(operator);
  const fresh = await offering(story, role, 'step:start');
  for (const value of valuesOf(fresh, 'step:start')) await person.press(fresh, 'step:start', { value });
  const begun = await story.stage.until(async () => {
    const list = await offering(story, role, 'step:done');
    return offers(list.blocks, 'step:start') ? undefined : list;
  }, 'every step to be started');
  for (const [index, value] of valuesOf(begun, 'step:done').entries()) {
    await person.press(begun, 'step:done', { value });
    await person.submit({ evidence: `https://tickets.example.com/rollback/${index}` });
  }
}

async function verify(story: Story, { role, verifier }: { role: string; verifier: string }): Promise<void> {
  const list = await offering(story, role, 'checklist:verify');
  const person = story.stage.workspace.person(verifier);
  await person.press(list, 'checklist:verify');
  await person.submit({ evidence: 'ledger and provider agree to the cent' });
}

/** The checklist of this role, once it offers this button. */
function offering(story: Story, role: string, button: string): Promise<Message> {
  return story.stage.messageWithButton(story.recall('incident channel'), button, `Operator: *${role}`);
}

/** What the buttons with this action id carry, in their order. */
function valuesOf({ blocks }: Message, actionId: string): string[] {
  return blocks.flatMap(({ accessory }) =>
    isButton(accessory) && accessory.action_id === actionId ? [accessory.value] : [],
  );
}

function isButton(element: unknown): element is { action_id: string; value: string } {
  return typeof element === 'object' && element !== null && 'action_id' in element && 'value' in element;
}
