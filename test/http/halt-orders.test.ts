/** What an order may carry when it comes by HTTP, as `haltline halt` sends it. */
import { describe, expect, it } from 'vitest';
import { endRehearsals } from '../../src/operations/halting/end-rehearsals.js';
import { openHaltDesk, type HaltDesk } from '../support/halting.js';

async function order(desk: HaltDesk, body: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${desk.url}/v1/halts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${desk.operateToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

describe('an order by HTTP', () => {
  it('takes a tool in one agent, a mode, and a distance to its review', async () => {
    const desk = await openHaltDesk();

    const { status, body } = await order(desk, {
      scope: 'tool:stripe.refund',
      in: 'billing-agent',
      mode: 'degraded',
      reviewIn: '2h',
      reason: 'too many refunds',
    });

    expect([status, body]).toMatchObject([201, { mode: 'degraded', unlisted: null }]);
    expect(desk.deps.plane.current().halts).toMatchObject([
      { scope: { kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' }, mode: 'degraded' },
    ]);
    const { reviewAt, at } = await desk.read('H-1');
    expect(Date.parse(reviewAt ?? '') - Date.parse(at)).toBeGreaterThan(7_190_000);
  });

  it('says which members of the body meant nothing, for the order stands all the same', async () => {
    const desk = await openHaltDesk();

    const slip = await order(desk, { scope: 'all', reason: 'test', dril: true });
    const again = await order(desk, { scope: 'all', reason: 'test' });

    expect(slip).toMatchObject({ status: 201, body: { drill: false, ignored: ['dril'] } });
    expect(again.body).not.toHaveProperty('ignored');
  });

  it.each(['ALL', 'agent:', '', { kind: 'everything' }, 7])(
    'says how to write a scope instead of %j',
    async (scope) => {
      const desk = await openHaltDesk();

      const { status, body } = await order(desk, { scope, reason: 'test' });

      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain('say all, agent:ID, tool:NAME, class:NAME or action:ID');
    },
  );

  it('rehearses with a real guard, which answers and goes on acting', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();

    const { body } = await order(desk, { scope: 'all', reason: 'weekly check', drill: true });
    await desk.until('H-1', ({ points }) => points.every(({ settledAt }) => settledAt !== null));
    const acted = await guard.run({ tool: 'stripe.refund', actionClass: 'spend' }, () => Promise.resolve(7));
    await endRehearsals(desk.deps);

    expect(body).toMatchObject({ drill: true, expected: 1 });
    expect(acted).toBe(7);
    expect((await desk.read('H-1')).ended).toMatchObject({ silent: [] });
    expect(desk.deps.plane.current()).toMatchObject({ epoch: 2, halts: [] });
  });

  it.each([
    { scope: 'all', in: 'billing-agent', reason: 'x' },
    { scope: 'all', reviewIn: 'soon', reason: 'x' },
    { scope: 'all', reviewAt: '2020-01-01T00:00:00.000Z', reason: 'x' },
  ])('halts nothing by a guess: %j', async (body) => {
    const desk = await openHaltDesk();

    expect(await order(desk, body)).toMatchObject({ status: 400 });
    expect(desk.deps.plane.current().halts).toEqual([]);
  });
});
