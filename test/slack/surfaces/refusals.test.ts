import { describe, expect, it } from 'vitest';
import { describeIncident } from '../../../src/operations/incidents/describe-incident.js';
import { orderHalt } from '../../../src/operations/halting/order-halt.js';
import { ADA, SCOPES } from '../../sandbox/support.js';
import { person } from '../../support/desk.js';
import { ANNOUNCE, messagesOf, openBot, openIncident, type Bot } from '../bot.js';

const CHANNEL = 'inc-1-billing-agent-cost-rate';

async function pageKey({ deps }: Bot, name: string): Promise<string> {
  const surfaces = await deps.store.surfacesOf(name);
  return surfaces.find(({ kind, target }) => kind === 'page' && target === `user:${ADA}`)?.key ?? '';
}

describe('what Slack refuses for good', () => {
  it('is parked and stands on the card', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    bot.workspace.faults.add({
      method: 'chat.postMessage',
      kind: 'error',
      error: 'restricted_action',
      times: 1,
    });

    await bot.show(`announcement:${name}`);

    const { degraded } = await describeIncident(bot.deps, { incident: name });
    expect(degraded).toMatchObject([{ part: 'announcement', error: 'restricted_action' }]);
  });

  it('is a failed page, so that the next role is paged', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    bot.workspace.faults.add({
      method: 'conversations.open',
      kind: 'error',
      error: 'user_disabled',
      times: 1,
    });

    await bot.show(await pageKey(bot, name));

    const [page] = (await describeIncident(bot.deps, { incident: name })).pages;
    expect(page?.failures).toMatchObject([{ userId: ADA, error: 'user_disabled' }]);
  });

  it('is an announcement channel that does not exist', async () => {
    const bot = await openBot({ channels: [] });
    const name = await openIncident(bot);

    await bot.show(`announcement:${name}`);

    const { degraded } = await describeIncident(bot.deps, { incident: name });
    expect(degraded).toMatchObject([{ part: 'announcement', error: 'channel_not_found' }]);
  });

  it('is joined first where that helps', async () => {
    const bot = await openBot({
      channels: [{ name: ANNOUNCE, members: [ADA] }],
      scopes: [...SCOPES, 'channels:join'],
    });
    const name = await openIncident(bot);

    await bot.show(`announcement:${name}`);

    expect(await messagesOf(bot, ANNOUNCE)).toHaveLength(1);
  });

  it('is shown to everybody when a halt was ordered where we may not speak', async () => {
    const bot = await openBot();
    await orderHalt(bot.deps, {
      scope: { kind: 'all' },
      mode: 'deny',
      reason: 'ordered in a direct message',
      incident: null,
      originChannel: 'D0ADAANDBOB',
      actor: person(ADA),
    });

    await bot.show('halt:H-1');

    expect((await messagesOf(bot, ANNOUNCE))[0]?.text).toContain('H-1 all agents');
  });

  it('is sent as words alone where the blocks are at fault, and somebody is told', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    bot.workspace.faults.add({
      method: 'chat.postMessage',
      kind: 'error',
      error: 'invalid_blocks',
      times: 1,
    });

    const row = await bot.show(`card:${name}`);

    expect(row.ts).not.toBeNull();
    expect((await messagesOf(bot, CHANNEL))[0]?.text).toContain(name);
    expect(bot.logged.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'slack refused our blocks: the message was sent as text only',
    ]);
  });
});

it('shows hostile words of an alert as text in every message', async () => {
  const bot = await openBot();
  const weapon = '<!channel> <@U0EVIL> <https://evil.test|Approve> `rm`';
  const name = await openIncident(bot, { title: weapon, summary: weapon, agentId: weapon });

  for (const { key, target } of await bot.deps.store.surfacesOf(name)) {
    const { channelId, ts } = await bot.show(key);
    const message = (await bot.workspace.messages(channelId ?? '')).find((each) => each.ts === ts);

    expect(message, target).toBeDefined();
    expect(JSON.stringify([message?.text, message?.blocks])).not.toMatch(/<!channel|<@U0EVIL|<https:|`rm/);
  }
  const [card] = (
    await messagesOf(bot, (await describeIncident(bot.deps, { incident: name })).channelName)
  ).slice(0, 1);
  expect(card?.text).toContain('&lt;!channel&gt; &lt;@U0EVIL&gt;');
});
