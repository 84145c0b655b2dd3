/** An answer within three seconds, and the result in the end: also when Slack or the database is half dead. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { aPayload } from '../../src/sandbox/demo/alert.js';
import { anIncident } from '../support/an-incident.js';
import { holdDatabase } from '../support/held-database.js';
import { setStage } from '../support/stage.js';
import { textOf } from '../support/story-workspace.js';
import { startAgents } from '../support/working-agents.js';

/** Half an hour goes by at each look: no response_url lives to be used. */
function expiringClock(): () => number {
  let now = Date.now();
  return () => (now += 31 * 60_000);
}

describe.each(['socket', 'http'] as const)('a response_url that fails, over %s', (delivery) => {
  it('is replaced by a message that only they see', async () => {
    const stage = await setStage({ delivery, workspace: { now: expiringClock() } });
    const here = await anIncident(stage);
    const card = await stage.messageWithButton(here.channel, 'harm:confirm');

    await stage.workspace.person('U0SRE1').press(card, 'harm:confirm');

    await stage.told('U0SRE1', 'Harm confirmed on *INC-1*');
    expect(stage.workspace.calls({ method: 'chat.postEphemeral' })).toHaveLength(1);
    expect(stage.log().some(({ msg }) => msg === 'the response_url did not work')).toBe(true);
  });

  it('is replaced by a direct message where that cannot be', async () => {
    const stage = await setStage({ delivery, workspace: { now: expiringClock() } });
    const here = await anIncident(stage);
    const card = await stage.messageWithButton(here.channel, 'harm:confirm');
    stage.workspace.faults.add({ method: 'chat.postEphemeral', kind: 'error', error: 'user_not_in_channel' });

    await stage.workspace.person('U0SRE1').press(card, 'harm:confirm');

    await stage.dmWith('U0SRE1', 'Harm confirmed on *INC-1*');
  });

  it('never keeps Slack waiting for its acknowledgement', async () => {
    const stage = await setStage({ delivery, workspace: { now: expiringClock() } });
    const here = await anIncident(stage);
    const card = await stage.messageWithButton(here.channel, 'harm:confirm');
    const hanging = stage.workspace.faults.add({ method: 'chat.postEphemeral', kind: 'timeout' });

    const press = await stage.workspace.person('U0SRE1').press(card, 'harm:confirm');

    expect(press.timedOut).toBe(false);
    expect(press.elapsedMs).toBeLessThan(1_500);
    hanging.clear();
    await stage.told('U0SRE1', 'Harm confirmed on *INC-1*');
  });
});

describe.each(['socket', 'http'] as const)('a slow database, over %s', (delivery) => {
  it('gives an answer in time, and the result when there is one', async () => {
    const stage = await setStage({ delivery });
    const here = await anIncident(stage);
    const held = holdDatabase(stage.databasePath);

    const answer = await stage.workspace.person('U0SCRIBE1').slash('/incident', 'note it is slow', here);

    expect(answer.elapsedMs).toBeLessThan(3_000);
    expect(answer.ephemeral?.text).toMatch(/Still working on it.*Reference `\w+`/);
    held.release();
    await stage.told('U0SCRIBE1', 'On the timeline of *INC-1*');
  });

  it('acknowledges a form in time, and sends what came of it', async () => {
    const stage = await setStage({ delivery });
    const person = stage.workspace.person('U0SUP1');
    await person.slash('/incident', 'declare');
    const held = holdDatabase(stage.databasePath);

    const form = await person.submit({ agent: 'support-agent', title: 'Letters', surfaced: 'complaint' });

    expect(form.timedOut).toBe(false);
    expect(form.elapsedMs).toBeLessThan(3_000);
    held.release();
    await stage.told('U0SUP1', '*INC-1* is declared');
  });

  it('stops the agents all the same, says that it could not be written, and writes it later', async () => {
    const stage = await setStage({ delivery });
    const agents = await startAgents(stage.url);
    onTestFinished(async () => void (await Promise.all(agents.map((agent) => agent.stop()))));
    const held = holdDatabase(stage.databasePath);

    const answer = await stage.workspace.person('U0SRE1').slash('/halt', 'all the disk is slow as well');

    expect(answer.timedOut).toBe(false);
    await stage.told('U0SRE1', 'could not be written down');
    await stage.until(() => agents.every((agent) => agent.refused() > 0) || undefined, 'them to stop');
    held.release();
    const general = await stage.workspace.channelNamed('general');
    const board = await stage.messageWith(general?.id ?? '', /H-1 .*Contained at 4 of 4/);
    expect(textOf(board)).toContain('the disk is slow as well');
  });
});

describe('a database that stays held', () => {
  it('is told with a reference, not with silence', async () => {
    const stage = await setStage();
    const here = await anIncident(stage);
    const held = holdDatabase(stage.databasePath);

    await stage.workspace.person('U0SCRIBE1').slash('/incident', 'note it is slow', here);

    const told = await stage.told('U0SCRIBE1', 'Another process holds the database');
    expect(told).toMatch(/Reference `\w+`/);
    held.release();
  });
});

describe('one 429 on bulk', () => {
  it('does not delay a page or a halt', async () => {
    const stage = await setStage();
    stage.workspace.faults.add({
      method: 'conversations.create',
      kind: 'ratelimited',
      retryAfterSeconds: 20,
    });
    const postedAt = performance.now();

    await stage.ask('/v1/alerts/alertmanager', { body: aPayload(new Date()) });
    await stage.dmWith('U0OWNER1', 'you are paged as agent-owner');
    await stage.workspace.person('U0SRE1').slash('/halt', 'all');
    const general = await stage.workspace.channelNamed('general');
    await stage.until(async () => {
      const everywhere = await Promise.all(
        [general?.id ?? '', (await stage.workspace.channelNamed('agent-incidents'))?.id ?? ''].map((id) =>
          stage.workspace.messages(id),
        ),
      );
      return everywhere.flat().find((message) => textOf(message).includes('H-1'));
    }, 'the board of H-1');

    expect(performance.now() - postedAt).toBeLessThan(5_000);
  });
});
