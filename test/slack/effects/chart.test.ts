import { describe, expect, it } from 'vitest';
import { raiseFinding } from '../../../src/operations/detection/raise-finding.js';
import { readIncident } from '../../../src/operations/incidents/read-incident.js';
import type { Fault } from '../../../src/sandbox/slack/state/faults.js';
import type { SandboxOptions } from '../../../src/sandbox/slack/options.js';
import { aFinding } from '../../support/findings.js';
import { ANNOUNCE, openBot, type Bot } from '../bot.js';

const ENDED_MS = Date.parse('2026-11-20T03:12:00.000Z');

export const CHART = {
  unit: 'USD',
  points: Array.from({ length: 61 }, (_, index) => ({
    atMs: ENDED_MS - (60 - index) * 180_000,
    value: index < 40 ? 9.8 : 9.8 + (index - 40) * 1.57,
  })),
  median: 9.8,
  limit: 19.6,
} as const;

/** An incident by our own wire, its channel and card in place; the chart waits. */
async function anAlert(options: Partial<SandboxOptions> = {}): Promise<Bot> {
  const bot = await openBot(options);
  await raiseFinding(bot.deps, aFinding({ chart: CHART }));
  await bot.act();
  await bot.show('card:INC-1');
  return bot;
}

async function channelOf({ deps }: Bot): Promise<string> {
  return (await readIncident(deps.store, 'INC-1')).incident.channelId ?? '';
}

describe('the chart of an alert', () => {
  it('is a small PNG in the incident channel, with its numbers as alt text and its sentence above', async () => {
    const bot = await anAlert();

    await bot.actAll();

    const [file] = await bot.workspace.files();
    const channel = await channelOf(bot);
    expect(file).toMatchObject({ name: 'billing-agent-spend.png', channels: [channel] });
    expect(file?.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(file?.bytes.byteLength).toBeLessThan(50_000);
    const [reserved] = bot.workspace.calls({ method: 'files.getUploadURLExternal' });
    const [shared] = bot.workspace.calls({ method: 'files.completeUploadExternal' });
    expect(String(reserved?.args['alt_txt'])).toMatch(
      /At 03:12: \$41\.20, \$21\.60 over the limit of \$19\.60; 7-day median \$9\.80\. Above the limit since about/u,
    );
    expect(String(shared?.args['initial_comment'])).toContain('$41.20 in the hour to 03:12');
  });

  it('is shown once, however often the answer is lost', async () => {
    const bot = await anAlert();
    bot.workspace.faults.add({
      method: 'files.completeUploadExternal',
      kind: 'lost_reply',
      times: 1,
    } satisfies Fault);

    await bot.actAll();

    expect(bot.workspace.calls({ method: 'files.completeUploadExternal' })).toHaveLength(1);
    expect(await bot.workspace.files()).toHaveLength(1);
  });

  it('is given up, on record, where the workspace takes no files', async () => {
    const bot = await anAlert({ refuse: { files: 'file_uploads_disabled' } });

    await bot.actAll();

    const { incident } = await readIncident(bot.deps.store, 'INC-1');
    expect(incident.degraded).toMatchObject([{ part: 'chart', error: 'file_uploads_disabled' }]);
  });

  it('stands in the thread of the card where the alert joins an open incident', async () => {
    const bot = await anAlert();
    await bot.actAll();
    const joining = aFinding({
      chart: { ...CHART, unit: 'calls' },
      rule: 'call-rate',
      tripwire: 'action-rate',
      dedupKey: 'other',
    });

    await raiseFinding(bot.deps, joining);
    await bot.actAll();

    const card = await bot.deps.store.surface('card:INC-1');
    const [, shared] = bot.workspace.calls({ method: 'files.completeUploadExternal' });
    expect(shared?.args['thread_ts']).toBe(card?.ts);
  });

  it('stands in the thread of the umbrella’s card for an incident that has no channel of its own', async () => {
    const bot = await openBot();
    for (const number of [1, 2, 3, 4, 5, 6])
      await raiseFinding(
        bot.deps,
        aFinding({
          agentId: `agent-${number}`,
          dedupKey: `spend/${number}`,
          chart: number === 6 ? CHART : null,
        }),
      );
    while ((await readIncident(bot.deps.store, 'INC-6')).incident.channelId === null) await bot.act();
    await bot.show('card:INC-6');
    await bot.show('card:INC-7');

    await bot.actAll();

    const [shared] = bot.workspace.calls({ method: 'files.completeUploadExternal' });
    const umbrella = await bot.deps.store.surface('card:INC-6');
    expect(shared?.args).toMatchObject({ channel_id: umbrella?.channelId, thread_ts: umbrella?.ts });
  });

  it('stands in the thread of a warning, and pages nobody', async () => {
    const bot = await openBot();
    const finding = aFinding({ chart: CHART, mode: 'warn' });
    await raiseFinding(bot.deps, finding);
    await bot.show(`tripwire-warning:${finding.dedupKey}`);

    await bot.actAll();

    const [file] = await bot.workspace.files();
    expect(file?.channels).toEqual([(await bot.workspace.channelNamed(ANNOUNCE))?.id]);
    expect(await bot.deps.store.incidents({ limit: 1 })).toEqual([]);
  });

  it('is left out where the alert has none', async () => {
    const bot = await openBot();
    await raiseFinding(bot.deps, aFinding());

    await bot.actAll();

    expect(await bot.workspace.files()).toEqual([]);
  });
});
