/** Slack may be down: what its buttons do to an order, the command line does as well, with the same authority. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/define-cli-command.js';
import { halt } from '../../src/cli/halt.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { person } from '../support/desk.js';
import { aTokenRow, openHaltDesk, type HaltDesk } from '../support/halting.js';
import { halt as order } from '../support/plane.js';

function say(desk: HaltDesk, words: string, options: Record<string, string> = {}, token = desk.operateToken) {
  const connection = { url: desk.url, token };
  return halt.run({ words: words.split(' '), options, connection, say: () => undefined });
}

/** Somebody without a role has stopped everything, and a guard that cannot answer is expected. */
async function withOrder(change: Parameters<typeof order>[1] = {}) {
  const desk = await openHaltDesk({ registry: (shipped) => ({ ...shipped, breakGlass: true }) });
  const guard = desk.guard({ pointId: 'billing-1' });
  await guard.ready();
  await order(desk.deps, { actor: person('U0DEV1'), ...change });
  return { desk, read: () => readOrder(desk.deps.store, 'H-1') };
}

describe('haltline halt', () => {
  it('mark vouches for a point, with a reason, as whoever holds the token', async () => {
    const desk = await openHaltDesk();
    desk.deps.plane.fixtures.register(() => [
      { pointId: 'gateway:edge:billing-agent', agentId: 'billing-agent', instance: 'edge', kind: 'gateway' },
    ]);
    await order(desk.deps);

    const result = await say(desk, 'mark h-1 gateway:edge:billing-agent', { reason: 'I pulled the plug' });

    expect(result?.lines[0]).toMatch(/^gateway:edge:billing-agent is marked as stopped for H-1/);
    expect((await readOrder(desk.deps.store, 'H-1')).points[0]).toMatchObject({
      level: 'marked',
      markedBy: expect.any(String) as string,
    });
  });

  it('keep says that an order is still needed, and when to ask again', async () => {
    const { desk, read } = await withOrder();

    const result = await say(desk, 'keep H-1', { 'review-in': '2h' });

    const { reviewAt } = await read();
    expect(Date.parse(reviewAt ?? '') - Date.now()).toBeGreaterThan(7_100_000);
    expect(result?.lines).toEqual([`H-1 stands, and asks again at ${reviewAt}.`]);
  });

  it('review looks at an order that was given without a role', async () => {
    const { desk, read } = await withOrder();

    await say(desk, 'review H-1', { reason: 'they were right' });

    expect((await read()).reviewed).not.toBeNull();
  });

  it('review is refused to the one who gave it, also with a token that stands for them', async () => {
    const { desk, read } = await withOrder();
    const roles = ['incident-commander'];
    const own = await aTokenRow(desk.deps, { scopes: ['operate'], roles, person: 'U0DEV1' });

    await expect(say(desk, 'review H-1', { reason: 'I was right' }, own)).rejects.toThrow(
      'You ordered H-1 yourself.',
    );
    expect((await read()).reviewed).toBeNull();
  });

  it.each(['mark H-1', 'mark', 'keep', 'review H-1'])(
    '%s alone is answered with the usage',
    async (words) => {
      const desk = await openHaltDesk();

      await expect(say(desk, words)).rejects.toThrow(UsageError);
    },
  );
});
