import { describe, expect, it } from 'vitest';
import { describeIncident } from '../../../src/operations/incidents/describe-incident.js';
import { changeSeverity } from '../../../src/operations/incidents/change-severity.js';
import { inviteToChannelIn } from '../../../src/operations/incidents/invite-to-channel.js';
import type { FaultKind } from '../../../src/sandbox/slack/state/faults.js';
import { createEffectors } from '../../../src/slack/effects/registry.js';
import { ADA, BOB, EVE } from '../../sandbox/support.js';
import { openByAlert, person, surfaceNamed } from '../../support/desk.js';
import { ANNOUNCE, messagesOf, openBot, openIncident, type Bot } from '../bot.js';

const CHANNEL = 'inc-1-billing-agent-cost-rate';

const namesOf = async ({ workspace }: Bot): Promise<string[]> =>
  (await workspace.channels()).map(({ name }) => name).filter((name) => name.startsWith('inc-'));

async function degradedOf({ deps }: Bot, incident: string) {
  return (await describeIncident(deps, { incident })).degraded;
}

describe('the channel of an incident', () => {
  it('is made, named and known to the incident', async () => {
    const bot = await openBot();

    const name = await openIncident(bot);

    const incident = await describeIncident(bot.deps, { incident: name });
    expect(await namesOf(bot)).toEqual([CHANNEL]);
    expect(incident.channelId).toBe((await bot.workspace.channelNamed(CHANNEL))?.id);
  });

  it('is one, though the process died before the outbox knew', async () => {
    const bot = await openBot();
    await openByAlert(bot.deps);
    await bot.actAndDie();
    await bot.act();

    expect(await namesOf(bot)).toEqual([CHANNEL]);
  });

  it.each<FaultKind>(['lost_reply', 'http_500', 'refuse_connection', 'ratelimited'])(
    'is one through %s',
    async (kind) => {
      const bot = await openBot();
      const name = await openByAlert(bot.deps);
      bot.workspace.faults.add({ method: 'conversations.create', kind, times: 1, retryAfterSeconds: 0 });

      await bot.act();
      await bot.act();

      expect(await namesOf(bot)).toEqual([CHANNEL]);
      expect((await describeIncident(bot.deps, { incident: name })).channelName).toBe(CHANNEL);
    },
  );

  it('takes the next free name where somebody has ours', async () => {
    const bot = await openBot({ channels: [{ name: ANNOUNCE }, { name: CHANNEL, members: [ADA] }] });

    const name = await openIncident(bot);

    expect((await describeIncident(bot.deps, { incident: name })).channelName).toBe(`${CHANNEL}-2`);
  });

  it('leaves a stranger’s channel alone even when an earlier attempt may have acted', async () => {
    const bot = await openBot({ channels: [{ name: ANNOUNCE }, { name: CHANNEL, members: [ADA] }] });
    bot.workspace.faults.add({ method: 'conversations.create', kind: 'http_500', times: 1 });
    const name = await openByAlert(bot.deps);

    await bot.act();
    await bot.act();

    expect((await describeIncident(bot.deps, { incident: name })).channelName).toBe(`${CHANNEL}-2`);
  });

  it('gives way to the announcement channel where the workspace refuses one, and the rest works', async () => {
    const bot = await openBot({ refuse: { 'conversations.create': 'restricted_action' } });

    const name = await openIncident(bot);
    await bot.actAll();
    await bot.show(`card:${name}`);

    expect(await degradedOf(bot, name)).toMatchObject([{ part: 'channel', error: 'restricted_action' }]);
    expect((await messagesOf(bot, ANNOUNCE)).map(({ text }) => text).join()).toContain(`${name} · SEV1`);
    expect((await bot.workspace.channelNamed(ANNOUNCE))?.topic).toBe('');
  });
});

describe('what a channel is furnished with', () => {
  it('has a topic, its people, the alert as bookmark and the card pinned', async () => {
    const bot = await openBot();
    const name = await openIncident(bot, { link: 'https://grafana.test/d/1' });
    await bot.show(`card:${name}`);

    await bot.actAll();

    const channel = await bot.workspace.channelNamed(CHANNEL);
    const id = channel?.id ?? '';
    expect(channel?.topic).toBe('SEV1 | nobody on it yet | IC: nobody yet | billing-agent');
    expect(await bot.workspace.members(id)).toEqual(expect.arrayContaining([ADA, BOB]));
    expect(await bot.workspace.bookmarks(id)).toMatchObject([{ link: 'https://grafana.test/d/1' }]);
    expect((await bot.workspace.pins(id)).map(({ text }) => text).join()).toContain(name);
    expect(await degradedOf(bot, name)).toEqual([]);
  });

  it('stays as it is when all of it is done twice', async () => {
    const bot = await openBot();
    const name = await openIncident(bot, { link: 'https://grafana.test/d/1' });
    await bot.show(`card:${name}`);
    for (let each = 0; each < 4; each += 1) {
      await bot.actAndDie();
      await bot.act();
    }

    const id = (await bot.workspace.channelNamed(CHANNEL))?.id ?? '';
    expect(await bot.workspace.bookmarks(id)).toHaveLength(1);
    expect(await bot.workspace.pins(id)).toHaveLength(1);
    expect(await degradedOf(bot, name)).toEqual([]);
  });

  it('waits with the pin until the card is there', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    const [pin] = await pinEffects(bot);

    const outcome = await bot.effectors['card:pin']?.({ ...pin, payload: { incident: name } });

    expect(outcome).toMatchObject({ kind: 'retry', afterMs: 1_000 });
  });

  it('has a new topic when the severity changes', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    await bot.show(`card:${name}`);
    await bot.actAll();

    await changeSeverity(bot.deps, {
      incident: name,
      to: 'sev2',
      why: 'contained early',
      actor: person(ADA),
    });
    await bot.actAll();

    expect((await bot.workspace.channelNamed(CHANNEL))?.topic).toContain('SEV2');
  });

  it('goes without what the workspace refuses, says so, and loses nothing else', async () => {
    const bot = await openBot({
      refuse: {
        pins: 'restricted_action',
        bookmarks: 'unknown_method',
        'conversations.setTopic': 'missing_scope',
      },
    });
    const name = await openIncident(bot, { link: 'https://grafana.test/d/1' });
    await bot.show(`card:${name}`);

    await bot.actAll();

    const degraded = await degradedOf(bot, name);
    const id = (await bot.workspace.channelNamed(CHANNEL))?.id ?? '';
    expect(degraded.map(({ part }) => part)).toEqual(['topic', 'bookmark', 'pin']);
    expect(await bot.workspace.members(id)).toEqual(expect.arrayContaining([ADA, BOB]));
  });

  it('never bookmarks what is no web link', async () => {
    const bot = await openBot();
    const name = await openIncident(bot, { link: 'javascript:alert(1)' });
    await bot.show(`card:${name}`);

    await bot.actAll();

    expect(await degradedOf(bot, name)).toMatchObject([{ part: 'bookmark', error: 'not a web link' }]);
  });
});

describe('inviting', () => {
  async function inviteMore(bot: Bot, incident: string, users: readonly string[]): Promise<void> {
    await bot.deps.store.transact(async (tx) => {
      for (const user of users) await inviteToChannelIn(tx, incident, user);
    });
  }

  it('brings in everybody it can and names each whom it cannot', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    await bot.show(`card:${name}`);
    await bot.actAll();

    await inviteMore(bot, name, ['U0GONE', EVE]);
    await bot.actAll();

    const id = (await bot.workspace.channelNamed(CHANNEL))?.id ?? '';
    expect(await bot.workspace.members(id)).toContain(EVE);
    expect((await degradedOf(bot, name)).map(({ part }) => part)).toEqual(['invite U0GONE']);
  });

  it('goes one by one where Slack refuses all for the sake of one', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    bot.workspace.faults.add({
      method: 'conversations.invite',
      kind: 'error',
      error: 'user_is_restricted',
      times: 2,
    });
    const effectors = createEffectors(bot.deps, bot.clients);
    const row = {
      id: 9,
      key: 'k',
      kind: 'channel:invite',
      lane: 'bulk',
      incident: name,
      attempts: 1,
      begun: false,
    } as const;

    await effectors['channel:invite']?.({ ...row, payload: { incident: name, users: [ADA, BOB] } });

    const id = (await bot.workspace.channelNamed(CHANNEL))?.id ?? '';
    expect((await degradedOf(bot, name)).map(({ part }) => part)).toEqual([`invite ${ADA}`]);
    expect(await bot.workspace.members(id)).toContain(BOB);
  });
});

/** The effect as the outbox would hand it in. */
async function pinEffects({ deps }: Bot) {
  await surfaceNamed(deps, 'card:INC-1');
  return [
    {
      id: 5,
      key: 'card:pin:INC-1',
      kind: 'card:pin',
      lane: 'bulk',
      incident: 'INC-1',
      attempts: 0,
      begun: false,
    },
  ] as const;
}
