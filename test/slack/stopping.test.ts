/** Stopping answers what is in flight, and then hangs up; Bolt's own stop would not wait. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { anIncident } from '../support/an-incident.js';
import { holdDatabase } from '../support/held-database.js';
import { setStage, type Stage } from '../support/stage.js';

describe.each(['socket', 'http'] as const)('stop, over %s', (delivery) => {
  it('waits for a press that is being worked, and Slack has its answer', async () => {
    const stage = await setStage({ delivery });
    const here = await anIncident(stage);
    const held = holdDatabase(stage.databasePath);
    const pressing = stage.workspace.person('U0SCRIBE1').slash('/incident', 'note just in time', here);
    await arrived(stage);

    const stopping = stage.close();
    setTimeout(() => held.release(), 700);
    const answer = await pressing;
    await stopping;

    expect(answer.error).toBeUndefined();
    expect(answer.ephemeral?.text).toContain('On the timeline of *INC-1*');
  });

  it('sends the result of a press that was told to wait', async () => {
    const stage = await setStage({ delivery });
    const here = await anIncident(stage);
    const held = holdDatabase(stage.databasePath);
    const answer = await stage.workspace.person('U0SCRIBE1').slash('/incident', 'note a little later', here);
    expect(answer.ephemeral?.text).toContain('Still working on it');

    const stopping = stage.app.stop();
    held.release();
    await stopping;

    expect(stage.workspace.ephemerals('U0SCRIBE1').at(-1)?.text).toContain('On the timeline of *INC-1*');
  });

  it('takes nothing new', async () => {
    const stage = await setStage({ delivery });

    await stage.app.stop();
    const answer = await stage.workspace.person('U0SRE1').slash('/halt', 'all');

    expect(answer.error).toBe('dispatch_failed');
    expect(stage.workspace.socketConnections()).toBe(0);
  });
});

describe('stop', () => {
  it('does not wait for connections that would be kept alive after their last answer', async () => {
    const stage = await setStage();
    const held = holdDatabase(stage.databasePath);
    const alert = { id: 'a', startsAt: new Date().toISOString(), title: 'Something is wrong' };
    const posting = stage.ask('/v1/alerts/generic', { body: { alerts: [alert] } });
    await sleep(150);

    const startedAt = performance.now();
    setTimeout(() => held.release(), 300);
    await stage.app.stop();

    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect((await posting).text).toContain('INC-1');
  });
});

async function arrived(stage: Stage): Promise<void> {
  await stage.until(
    () => stage.log().find(({ msg, what }) => msg === 'press arrived' && what === '/incident note'),
    'the press to arrive',
  );
}
