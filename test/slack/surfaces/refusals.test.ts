import { describe, expect, it } from 'vitest';
import { describeIncident } from '../../../src/operations/incidents/describe-incident.js';
import { askForReview } from '../../../src/operations/halting/ask-for-review.js';
import { keepHalt } from '../../../src/operations/halting/keep-halt.js';
import { orderHalt } from '../../../src/operations/halting/order-halt.js';
import { requestLift } from '../../../src/operations/halting/request-lift.js';
import { ADA, SCOPES } from '../../sandbox/support.js';
import { person } from '../../support/desk.js';
import { ANNOUNCE, messagesOf, openBot, openIncident, type Bot } from '../bot.js';

const A_HALT = { scope: { kind: 'all' }, mode: 'deny', reason: 'refunds go out twice' } as const;
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
      ...A_HALT,
      incident: null,
      originChannel: 'D0ADAANDBOB',
      actor: person(ADA),
    });

    await bot.show('halt:H-1');

    expect((await messagesOf(bot, ANNOUNCE))[0]?.text).toContain('H-1 all agents');
  });

  it('is shown to everybody when the channel of a halt has been archived since', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    const by = { actor: person(ADA), person: ADA };
    await orderHalt(bot.deps, { ...A_HALT, incident: name, originChannel: null, actor: by.actor });
    await bot.show('halt:H-1');
    const { channelId } = await describeIncident(bot.deps, { incident: name });
    await bot.clients.bulk.conversations.archive({ channel: channelId ?? '' });
    await keepHalt(bot.deps, { haltId: 'H-1', actor: by.actor });
    await requestLift(bot.deps, { haltId: 'H-1', reason: 'it is mended', ...by });

    await bot.show('halt:H-1');
    const moved = await bot.show('lift:H-1');

    expect((await messagesOf(bot, ANNOUNCE)).map(({ text }) => text)).toEqual([
      expect.stringContaining('H-1 all agents'),
      expect.stringContaining('asks to let all agents run again'),
    ]);
    expect(moved.channelId).not.toBe(channelId);
  });

  it('is asked where everybody reads when whoever ordered a halt cannot be asked where that was', async () => {
    const bot = await openBot();
    const reviewAt = new Date(Date.now() + 60_000).toISOString();
    await orderHalt(bot.deps, {
      ...A_HALT,
      incident: null,
      originChannel: 'D0ADAANDBOB',
      actor: person(ADA),
      reviewAt,
    });
    await askForReview({ ...bot.deps, now: () => new Date(Date.now() + 120_000).toISOString() });

    await bot.show(`review:H-1:${reviewAt}:1`);

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
