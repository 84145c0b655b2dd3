/** What people do twice, too late, or wrong, and what Slack delivers twice. Over both ways that Slack reaches us. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../src/sandbox/slack/reads.js';
import { anIncident } from '../support/an-incident.js';
import { breakTable } from '../support/held-database.js';
import { openStage, setStage, type Delivery, type Stage } from '../support/stage.js';
import { textOf } from '../support/story-workspace.js';

/** The message with other buttons in it, as a client may still show them. */
function withButton(message: Message, action: string, value: string): Message {
  const text = { type: 'plain_text', text: action };
  const elements = [{ type: 'button', action_id: action, text, value }];
  return { ...message, raw: { ...message.raw, blocks: [{ type: 'actions', block_id: 'old', elements }] } };
}

async function typesOf(stage: Stage, stream: string): Promise<string[]> {
  return (await stage.entries(stream)).map(({ type }) => type);
}

function times(type: string, types: readonly string[]): number {
  return types.filter((each) => each === type).length;
}

describe.each(['socket', 'http'] as const)('over %s', (delivery) => {
  it('survives what fails after the ack: no way to show the result is left, and the log says whose it was', async () => {
    const stage = await setStage({ delivery, workspace: { now: expiringClock() } });
    const here = await anIncident(stage);
    const { faults } = stage.workspace;
    faults.add({ method: 'chat.postEphemeral', kind: 'http_500' });
    faults.add({ method: 'conversations.open', kind: 'http_500' });

    const card = await stage.messageWithButton(here.channel, 'harm:confirm');
    const press = await stage.workspace.person('U0SRE1').press(card, 'harm:confirm');

    expect(press.error).toBeUndefined();
    await stage.until(
      () => stage.log().find(({ msg }) => msg === 'the answer to a press could not be shown'),
      'the log to say so',
    );
    expect(await typesOf(stage, 'INC-1')).toContain('harm:confirmed');
    faults.clearAll();
    expect((await stage.workspace.person('U0SRE1').slash('/halt', 'help')).error).toBeUndefined();
  });

  it('works one press once when Slack delivers it twice', async () => {
    const stage = await setStage({ delivery });
    const here = await anIncident(stage);
    const scribe = stage.workspace.person('U0SCRIBE1');

    stage.workspace.duplicateNextDelivery();
    const note = await scribe.slash('/incident', 'note counted twice by nobody', here);
    stage.workspace.duplicateNextDelivery();
    await scribe.slash('/incident', 'declare');
    await scribe.submit({ agent: 'support-agent', title: 'Letters', surfaced: 'complaint' });

    expect(note.error).toBeUndefined();
    await stage.told('U0SCRIBE1', '*INC-2* is declared');
    expect(times('note:added', await typesOf(stage, 'INC-1'))).toBe(1);
    expect(stage.workspace.calls({ method: 'views.open' })).toHaveLength(1);
  });

  it('takes a double click once, and says so the second time', async () => {
    const stage = await setStage({ delivery });
    const here = await anIncident(stage);
    const card = await stage.messageWithButton(here.channel, 'role:claim');
    const value = JSON.stringify({ incident: 'INC-1', role: 'scribe' });
    const scribe = stage.workspace.person('U0SCRIBE1');

    await Promise.all([
      scribe.press(card, 'role:claim', { value }),
      scribe.press(card, 'role:claim', { value }),
    ]);

    await stage.told('U0SCRIBE1', 'You are *scribe* of *INC-1*');
    await stage.told('U0SCRIBE1', 'already');
    expect(times('role:assigned', await typesOf(stage, 'INC-1'))).toBe(1);
  });

  it('orders one halt when two people press at once', async () => {
    const stage = await setStage({ delivery });
    const here = await anIncident(stage);
    const card = await stage.messageWithButton(here.channel, 'halt:all');

    await Promise.all(
      ['U0SRE1', 'U0SEC1'].map((userId) => stage.workspace.person(userId).press(card, 'halt:all')),
    );

    const told = await Promise.all(['U0SRE1', 'U0SEC1'].map((userId) => stage.told(userId, '*H-1*')));
    expect(told.filter((text) => text.includes('is already in force'))).toHaveLength(1);
    expect(times('halt:ordered', await typesOf(stage, 'plane'))).toBe(1);
  });

  it('judges a press on a stale message by how things stand now', async () => {
    const stage = await setStage({ delivery });
    const here = await anIncident(stage);
    const stale = await stage.messageWithButton(here.channel, 'page:acknowledge', 'Halt all agents');
    await stage.workspace.person('U0SRE1').press(stale, 'page:acknowledge');
    await stage.messageWith(here.channel, 'INC-1 · SEV1 · ACKNOWLEDGED');

    await stage.workspace.person('U0SRE2').pressStale(stale, 'page:acknowledge');
    await stage.workspace.person('U0SRE2').pressStale(stale, 'severity:change', { value: 'INC-1|sev2' });

    expect(await stage.told('U0SRE2', 'acknowledged *INC-1* already')).toContain('<@U0SRE1>');
    await stage.told('U0SRE2', '*INC-1* is *SEV2* now');
    expect(times('page:acknowledged', await typesOf(stage, 'INC-1'))).toBe(1);
  });

  describe('without an incident', () => {
    const stage = sharedStage(delivery);

    it('answers a listener that throws before its ack, with a reference that the log has too', async () => {
      const { mend } = breakTable(stage().databasePath, 'incident');

      const answer = await stage().workspace.person('U0SRE1').slash('/incident', 'status');
      mend();

      const reference = /reference `(\w+)`/.exec(answer.ephemeral?.text ?? '')?.[1];
      expect(answer.ephemeral?.text).toContain('Something broke on our side');
      expect(
        stage()
          .log()
          .findLast((line) => line['reference'] === reference),
      ).toMatchObject({
        level: 50,
        msg: 'press failed',
        what: '/incident status',
      });
    });

    it('keeps a form open when what is behind it breaks, and shows the reference in it', async () => {
      const person = stage().workspace.person('U0SRE1');
      await person.slash('/incident', 'declare');
      const { mend } = breakTable(stage().databasePath, 'incident');

      const submitted = await person.submit({
        agent: 'support-agent',
        title: 'Letters',
        surfaced: 'complaint',
      });
      mend();

      const reference = /reference (\w{8})/.exec(JSON.stringify(submitted.errors))?.[1];
      expect(reference).toBeDefined();
      expect(
        stage()
          .log()
          .some((line) => line['reference'] === reference),
      ).toBe(true);
      const again = await person.submit({ agent: 'support-agent', title: 'Letters', surfaced: 'complaint' });
      expect(again.errors).toBeUndefined();
      await stage().told('U0SRE1', '*INC-1* is declared');
    });

    it.each(['expired_trigger_id', 'exchanged_trigger_id'])(
      'says what to do when Slack does not open a form any more: %s',
      async (error) => {
        stage().workspace.faults.add({ method: 'views.open', kind: 'error', error, times: 1 });

        const answer = await stage().workspace.person('U0SRE1').slash('/incident', 'declare');

        const reference = /Reference `(\w+)`/.exec(answer.ephemeral?.text ?? '')?.[1];
        expect(answer.ephemeral?.text).toMatch(/did not open the form.*Press again/);
        expect(
          stage()
            .log()
            .findLast((line) => line['reference'] === reference),
        ).toMatchObject({ cause: error });
        await stage().workspace.person('U0SRE1').slash('/incident', 'declare');
        expect(stage().workspace.openView('U0SRE1')).toBeDefined();
        await stage().workspace.person('U0SRE1').closeView();
      },
    );

    it('shows what there is when a subcommand is unknown, and does nothing that was in it', async () => {
      const before = await typesOf(stage(), 'plane');

      const answer = await stage().workspace.person('U0SRE1').slash('/halt', 'everything <!channel> now');

      const shown = textOf(answer.ephemeral ?? { text: '', blocks: [] });
      expect(shown).toContain('I do not know that');
      for (const usage of ['/halt all [reason]', '/halt status', '/halt lift'])
        expect(shown).toContain(usage);
      expect(shown).not.toContain('<!channel>');
      expect(await typesOf(stage(), 'plane')).toEqual(before);
    });

    it.each(['/halt', '/incident', '/drill'])('helps with %s', async (command) => {
      const answer = await stage().workspace.person('U0GUEST1').slash(command, 'help');

      expect(JSON.stringify(answer.ephemeral?.blocks)).toContain(`\`${command} `);
    });

    it('shows agents and reasons with markup in them as text', async () => {
      const sre = stage().workspace.person('U0SRE1');

      const unknown = await sre.slash('/halt', 'agent <!channel>|<@U0IC1>');
      const tool = await sre.slash('/halt', 'tool <!here> because');

      expect(textOf(unknown.ephemeral ?? { text: '', blocks: [] })).not.toMatch(/<!channel>|<@U0IC1>/);
      expect(textOf(tool.ephemeral ?? { text: '', blocks: [] })).not.toContain('<!here>');
    });
  });

  describe('on a message of an older version', () => {
    const stage = sharedStage(delivery);
    let channel = '';
    beforeAll(async () => {
      ({ channel } = await anIncident(stage()));
    });

    // Each has a person of its own: what one is told is not taken for what another should be.
    it.each([
      ['page:acknowledge', 'INC-1', 'U0SRE1'],
      ['halt:all', '{"halt":"everything"}', 'U0SRE2'],
      ['severity:change', 'sev9', 'U0SEC1'],
      ['incident:snooze', '{"incident":"INC-1"}', 'U0IC1'],
    ])('answers a button of an older version: %s %s', async (action, value, who) => {
      const card = await stage().messageWithButton(channel, 'halt:all');
      const person = stage().workspace.person(who);

      const press = await person.pressStale(withButton(card, action, value), action);

      expect(press.error).toBeUndefined();
      await stage().told(who, /older (message|than the card)/);
    });
  });
});

/** Half an hour goes by at each look: no response_url lives to be used. */
function expiringClock(): () => number {
  let now = Date.now();
  return () => (now += 31 * 60_000);
}

/** One stage for tests that do not come in each other's way. */
function sharedStage(delivery: Delivery): () => Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await openStage({ delivery });
    await stage.ready();
  });
  afterAll(() => stage?.close());
  return () => {
    if (stage === undefined) throw new Error('the stage is not open yet');
    return stage;
  };
}
