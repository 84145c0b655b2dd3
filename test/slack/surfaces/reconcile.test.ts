import { describe, expect, it } from 'vitest';
import { describeIncident } from '../../../src/operations/incidents/describe-incident.js';
import { acknowledgePage } from '../../../src/operations/paging/acknowledge-page.js';
import type { FaultKind } from '../../../src/sandbox/slack/state/faults.js';
import { ADA, SCOPES } from '../../sandbox/support.js';
import { person, surfaceNamed } from '../../support/desk.js';
import { ANNOUNCE, messagesOf, openBot, openIncident, type Bot } from '../bot.js';

const CHANNEL = 'inc-1-billing-agent-cost-rate';

const postCalls = ({ workspace }: Bot) => workspace.calls({ method: 'chat.postMessage' });
const updateCalls = ({ workspace }: Bot) => workspace.calls({ method: 'chat.update' });

async function pageKey({ deps }: Bot, name: string): Promise<string> {
  const surfaces = await deps.store.surfacesOf(name);
  return surfaces.find(({ kind, target }) => kind === 'page' && target === `user:${ADA}`)?.key ?? '';
}

describe('a surface in Slack', () => {
  it('is posted once and edited in place from then on', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    await bot.show(`card:${name}`);

    await acknowledgePage(bot.deps, { incident: name, userId: ADA, actor: person(ADA) });
    await bot.show(`card:${name}`);

    const messages = await messagesOf(bot, CHANNEL);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.text).toContain('ACKNOWLEDGED');
  });

  it('costs no call where nothing has changed', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    await bot.show(`announcement:${name}`);

    await bot.show(`announcement:${name}`);

    expect(postCalls(bot)).toHaveLength(1);
    expect(updateCalls(bot)).toHaveLength(0);
  });

  it('stands in the announcement channel, found by its name', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);

    await bot.show(`announcement:${name}`);

    expect((await messagesOf(bot, ANNOUNCE))[0]?.text).toContain(`${name} · SEV1`);
  });

  it('pages by direct message, and the page counts from Slack’s yes', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);

    await bot.show(await pageKey(bot, name));

    const [page] = (await describeIncident(bot.deps, { incident: name })).pages;
    expect(await bot.workspace.dms(ADA)).toHaveLength(1);
    expect(page?.sentTo).toMatchObject([{ userId: ADA }]);
  });

  it('is posted again when somebody deleted it', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    const { channelId, ts } = await bot.show(`card:${name}`);
    await bot.clients.bulk.chat.delete({ channel: channelId ?? '', ts: ts ?? '' });
    await acknowledgePage(bot.deps, { incident: name, userId: ADA, actor: person(ADA) });

    const again = await bot.show(`card:${name}`);

    expect(again.ts).not.toBe(ts);
    expect(await messagesOf(bot, CHANNEL)).toHaveLength(1);
  });
});

describe('killed after Slack accepted a message and before we wrote that down', () => {
  it('finds its own card again instead of posting a second one', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    await bot.showAndDie(`card:${name}`);

    const row = await bot.show(`card:${name}`);

    expect(row.ts).not.toBeNull();
    expect(await messagesOf(bot, CHANNEL)).toHaveLength(1);
  });

  it('pages nobody twice, and dates the page when Slack took it', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    const key = await pageKey(bot, name);
    await bot.showAndDie(key);

    await bot.show(key);

    const messages = await bot.workspace.dms(ADA);
    const [page] = (await describeIncident(bot.deps, { incident: name })).pages;
    expect(messages).toHaveLength(1);
    expect(page?.sentTo).toHaveLength(1);
  });

  it('knows its message by its last block where metadata was stripped', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    await bot.showAndDie(`card:${name}`);
    const [card] = await messagesOf(bot, CHANNEL);
    await bot.clients.bulk.chat.update({
      channel: card?.channel ?? '',
      ts: card?.ts ?? '',
      text: 'stripped',
      blocks: JSON.parse(JSON.stringify(card?.blocks)),
      metadata: { event_type: 'somebody_else', event_payload: {} },
    });

    await bot.show(`card:${name}`);

    expect(await messagesOf(bot, CHANNEL)).toHaveLength(1);
  });

  it('posts a page again where it may not look: twice is better than never', async () => {
    const bot = await openBot({ scopes: SCOPES.filter((scope) => scope !== 'im:history') });
    const name = await openIncident(bot);
    const key = await pageKey(bot, name);
    await bot.showAndDie(key);

    await bot.show(key);

    expect(await bot.workspace.dms(ADA)).toHaveLength(2);
    expect(bot.logged.map(({ message }) => message)).toContain(
      'could not look for an earlier post of this message',
    );
  });
});

describe('Slack having a bad day', () => {
  it.each<FaultKind>(['http_500', 'http_503', 'lost_reply', 'refuse_connection', 'ratelimited'])(
    'posts exactly one message through %s',
    async (kind) => {
      const bot = await openBot();
      const name = await openIncident(bot);
      bot.workspace.faults.add({ method: 'chat.postMessage', kind, times: 1 });

      const first = await bot.show(`card:${name}`);
      const second = await bot.show(`card:${name}`);

      expect(first.ts).toBeNull();
      expect(second.ts).not.toBeNull();
      expect(await messagesOf(bot, CHANNEL)).toHaveLength(1);
    },
  );

  it('comes back when Slack asked it to, and nothing else waits', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    bot.workspace.faults.add({
      method: 'chat.postMessage',
      kind: 'ratelimited',
      times: 1,
      retryAfterSeconds: 30,
    });

    const outcome = await bot.reconcile(await surfaceNamed(bot.deps, `card:${name}`));
    const other = await bot.reconcile(await surfaceNamed(bot.deps, `announcement:${name}`));

    expect(outcome).toEqual({ kind: 'retry', afterMs: 30_000, error: 'ratelimited', began: false });
    expect(other.kind).toBe('rendered');
  });

  it('gives up waiting for an answer and looks before it posts again', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    const fault = bot.workspace.faults.add({ method: 'chat.postMessage', kind: 'timeout', times: 1 });
    const key = await pageKey(bot, name);

    const outcome = await bot.reconcile(await surfaceNamed(bot.deps, key));
    fault.clear();

    expect(outcome).toMatchObject({ kind: 'retry', began: true });
  });

  it('still knows that it may have posted when it cannot even look', async () => {
    const bot = await openBot();
    const name = await openIncident(bot);
    await bot.showAndDie(`card:${name}`);
    bot.workspace.faults.add({ method: 'conversations.history', kind: 'ratelimited', times: 1 });

    await bot.show(`card:${name}`);
    await bot.show(`card:${name}`);

    expect(await messagesOf(bot, CHANNEL)).toHaveLength(1);
  });
});
