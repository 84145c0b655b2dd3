/** Events are acknowledged after the work, so that what fails is delivered again; twice delivered is worked once. */
import { describe, expect, it } from 'vitest';
import { anIncident } from '../support/an-incident.js';
import { setStage, type Stage } from '../support/stage.js';

async function notes(stage: Stage): Promise<number> {
  return (await stage.entries('INC-1')).filter(({ type }) => type === 'note:added').length;
}

describe.each(['socket', 'http'] as const)('an event, over %s', (delivery) => {
  it('comes again when its work failed, and is worked then', async () => {
    const stage = await setStage({
      delivery,
      workspace: { ackTimeoutMs: 700, retryDelaysMs: [0, 200, 400] },
    });
    const { channel } = await anIncident(stage);
    const said = await stage.workspace.person('U0SRE1').say(channel, 'the deploy went out at three');
    const failing = stage.workspace.faults.add({
      method: 'conversations.history',
      kind: 'http_500',
      times: 1,
    });

    const first = await stage.workspace.person('U0SCRIBE1').react(channel, said.ts, 'pushpin');

    expect(first.error).toBeDefined();
    await stage.until(async () => (await notes(stage)) === 1 || undefined, 'the note');
    expect(failing.hits()).toBe(1);
  });

  it('is one note however often it is delivered', async () => {
    const stage = await setStage({ delivery });
    const { channel } = await anIncident(stage);
    const said = await stage.workspace.person('U0SRE1').say(channel, 'the deploy went out at three');

    stage.workspace.duplicateNextDelivery();
    await stage.workspace.person('U0SCRIBE1').react(channel, said.ts, 'pushpin');
    await stage.workspace.person('U0SCRIBE1').unreact(channel, said.ts, 'pushpin');
    const again = await stage.workspace.person('U0SCRIBE1').react(channel, said.ts, 'pushpin');

    expect(again.error).toBeUndefined();
    await stage.until(
      () => stage.workspace.calls({ method: 'reactions.add' }).length === 3 || undefined,
      'all three deliveries',
    );
    expect(await notes(stage)).toBe(1);
  });

  it('that nothing can come of is not asked for again', async () => {
    const stage = await setStage({ delivery, workspace: { ackTimeoutMs: 700, retryDelaysMs: [0] } });
    const { channel } = await anIncident(stage);
    const empty = await stage.workspace.person('U0SRE1').say(channel, ' ');

    const reacted = await stage.workspace.person('U0SCRIBE1').react(channel, empty.ts, 'pushpin');

    expect(reacted.error).toBeUndefined();
    expect(await notes(stage)).toBe(0);
  });

  it('elsewhere, or with another emoji, is none of ours', async () => {
    const stage = await setStage({ delivery });
    const { channel } = await anIncident(stage);
    const elsewhere = await stage.workspace.person('U0SRE1').say('general', 'lunch?');
    const here = await stage.workspace.person('U0SRE1').say(channel, 'looking');

    await stage.workspace.person('U0SRE1').react('general', elsewhere.ts, 'pushpin');
    const other = await stage.workspace.person('U0SRE1').react(channel, here.ts, 'eyes');

    expect(other.error).toBeUndefined();
    expect(await notes(stage)).toBe(0);
    expect(stage.workspace.calls({ method: 'conversations.history' })).toEqual([]);
  });
});
