/** A guard behind a gateway: what a person has released passes there too, once, and nothing else does for it. */
import { describe, expect, it } from 'vitest';
import type { GuardedAttempt } from '../../src/guard/index.js';
import { findAttempt } from '../../src/operations/quarantine/record-attempt.js';
import { breakable } from '../support/breakable-store.js';
import { aGateway, send, withGateways, type Answer } from '../support/gateways.js';
import { aTokenRow, type HaltDeskOptions } from '../support/halting.js';
import { heard, only, openHoldDesk, order, release } from '../support/quarantine.js';

const REFUND: GuardedAttempt = {
  tool: 'stripe.refund',
  actionClass: 'external-api-call',
  actionId: 'act-1',
  parameters: { amount: 10 },
};
const REFUNDS = { kind: 'tool', tool: 'stripe.refund' } as const;
const REFUND_PATH = '/v1/refunds';
const ROUTES = [
  { path: REFUND_PATH, methods: [], tool: 'stripe.refund', readOnly: false },
  { path: '/v1/mails', methods: [], tool: 'email.send', readOnly: false },
];
const BOUND = { agentId: 'billing-agent' };

/** An agent whose refunds an order holds, with a gateway on its way. */
async function behindAGateway(options: HaltDeskOptions = {}) {
  const gateways = [{ routes: ROUTES }, { name: 'inner', routes: ROUTES }];
  const hold = await openHoldDesk({ registry: withGateways(...gateways), ...options });
  const { desk, guard, waiting } = hold;
  const { token } = await aGateway(desk, BOUND);
  const { haltId } = await order(desk.deps, 'hold', REFUNDS);
  await heard(guard, haltId);
  /** A request through a gateway, with what the guard gave for it. */
  const ask = (shown: string | undefined, uri = REFUND_PATH, bearer = token): Promise<Answer> =>
    send(desk.url, {
      token: bearer,
      headers: { 'x-original-uri': uri, ...(shown !== undefined && { 'x-halt-release': shown }) },
    });
  /** Has it released by a person, and does `work` with what the guard then gives. */
  const whenReleased = async <T>(work: (shown: string | undefined) => Promise<T>): Promise<T> => {
    const running = guard.run(REFUND, (context) => work(context.release));
    await release(desk.deps, only(await waiting()));
    return running;
  };
  return { ...hold, haltId, ask, whenReleased };
}

const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status);

describe('a request of what was held and released', () => {
  it('passes its gateway once, and that is on record', async () => {
    const { desk, ask, whenReleased } = await behindAGateway();

    const answers = await whenReleased(async (shown) => [
      await ask(undefined),
      await ask(shown),
      await ask(shown),
    ]);

    expect(statuses(answers)).toEqual([403, 200, 403]);
    expect(answers[1]).toMatchObject({ body: '' });
    expect(answers[2]?.headers['x-halt-reason']).toMatch(
      /^X-Halt-Release is not good for this request: refused/,
    );
    expect((await findAttempt(desk.deps.store, 'Q-1')).item).toMatchObject({
      state: 'used',
      used: { passed: ['edge'] },
    });
  });

  it('passes once although many ask at the same time', async () => {
    const { ask, whenReleased } = await behindAGateway();

    const answers = await whenReleased((shown) => Promise.all(Array.from({ length: 10 }, () => ask(shown))));

    expect(statuses(answers).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 403),
    ]);
  });

  it('passes every gateway on its way', async () => {
    const { desk, ask, whenReleased } = await behindAGateway();
    const inner = await aTokenRow(desk.deps, { name: 'inner', scopes: ['gateway'], ...BOUND });

    const answers = await whenReleased(async (shown) => [
      await ask(shown),
      await ask(shown, REFUND_PATH, inner),
      await ask(shown, REFUND_PATH, inner),
    ]);

    expect(statuses(answers)).toEqual([200, 200, 403]);
  });

  it('is refused under an order that denies, or that holds and nobody knew of at the release', async () => {
    const { desk, ask, whenReleased } = await behindAGateway();

    const answers = await whenReleased(async (shown) => {
      await order(desk.deps, 'hold', { kind: 'agent', agentId: 'billing-agent' });
      const held = await ask(shown);
      await order(desk.deps, 'deny', REFUNDS);
      return [held, await ask(shown)];
    });

    expect(statuses(answers)).toEqual([403, 403]);
    expect((await findAttempt(desk.deps.store, 'Q-1')).item.used?.passed).toEqual([]);
  });

  it('is refused where it cannot be written down, and is not called bad for that', async () => {
    const disk = breakable();
    const { ask, whenReleased } = await behindAGateway({ through: disk.through });

    const answer = await whenReleased((shown) => {
      disk.breaks(true);
      return ask(shown);
    });

    disk.breaks(false);
    expect(answer.status).toBe(403);
    expect(answer.headers['x-halt-reason']).toContain('could not look X-Halt-Release up at this moment');
  });
});

describe('a release lets nothing else pass', () => {
  it.each([
    ['another tool', '/v1/mails'],
    ['an address that nobody has named', '/v1/charges'],
  ])('than its own: %s', async (_what, uri) => {
    const { desk, ask, whenReleased } = await behindAGateway();
    await order(desk.deps, 'hold', { kind: 'tool', tool: 'email.send' });

    const answers = await whenReleased(async (shown) => [await ask(shown, uri), await ask(shown)]);

    expect(statuses(answers)).toEqual([403, 200]);
  });

  it('of another agent', async () => {
    const { desk, ask, whenReleased } = await behindAGateway();
    const token = await aTokenRow(desk.deps, { name: 'edge', scopes: ['gateway'], agentId: 'support-agent' });

    expect((await whenReleased((shown) => ask(shown, REFUND_PATH, token))).status).toBe(403);
  });

  it.each(['Q-1/guessed', 'Q-9/guessed', 'Q-1', '', 'x'.repeat(500)])(
    'by a claim that is none: %s',
    async (shown) => {
      const { ask, whenReleased } = await behindAGateway();

      expect((await whenReleased(() => ask(shown))).status).toBe(403);
    },
  );

  it('a quarter of an hour after it was taken up', async () => {
    let lateMs = 0;
    const now = (): string => new Date(Date.now() + lateMs).toISOString();
    const { ask, whenReleased } = await behindAGateway({ now });

    const answer = await whenReleased((shown) => {
      lateMs = 15 * 60_000;
      return ask(shown);
    });

    expect(answer.status).toBe(403);
  });

  it('and is not spent where nothing stands in its way', async () => {
    const { desk, ask, whenReleased } = await behindAGateway();

    const answer = await whenReleased((shown) => ask(shown, '/v1/mails'));

    expect(answer.status).toBe(200);
    expect((await findAttempt(desk.deps.store, 'Q-1')).item.used?.passed).toEqual([]);
  });
});
