/** What orders, changed parameters and people do to attempts that wait or were released. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.js';
import {
  heard,
  lift,
  only,
  openHoldDesk,
  order,
  refused,
  REFUND,
  reject,
  release,
} from '../support/quarantine.js';

describe('when the orders change while it waits', () => {
  it('waits anew where another order holds it', async () => {
    const { desk, run, ran, waiting, until, haltId, guard } = await openHoldDesk();
    const other = await order(desk.deps, 'hold', { kind: 'tool', tool: 'stripe.refund' });
    await heard(guard, other.haltId);
    const running = run({ amount: 10 });
    const { haltId: first } = only(await waiting());
    expect(first).toBe(haltId);

    await lift(desk.deps, haltId);
    await until('Q-1', 'refused');
    const item = only(await waiting());

    expect(item).toMatchObject({ id: 'Q-2', haltId: other.haltId });
    await release(desk.deps, item);
    await running;
    expect(ran).toHaveLength(1);
  });

  it('pitfall 11: an approval granted before a halt is worth nothing after it', async () => {
    const { desk, run, guard, ran, waiting, until } = await openHoldDesk();
    const running = refused(run({ amount: 10 }));
    const item = only(await waiting());
    await guard.close();
    await running;
    await release(desk.deps, item);
    const { haltId } = await order(desk.deps, 'deny', { kind: 'agent', agentId: 'billing-agent' });
    const next = desk.guard();
    await next.ready();

    const error = await refused(
      next.run({ ...REFUND, actionId: 'act-1', parameters: { amount: 10 } }, () => void ran.push('next')),
    );

    expect(error).toMatchObject({ refusal: 'deny', haltId });
    expect(await until('Q-1', 'refused')).toMatchObject({ state: 'refused' });
    expect(ran).toEqual([]);
    expect(decide({ ...REFUND, agentId: 'billing-agent', actionId: 'act-1' }, next.halts).verdict).toBe(
      'deny',
    );
  });

  it('pitfall 12: a parameter that changed after the approval does not run', async () => {
    const { desk, guard, ran, waiting } = await openHoldDesk();
    const parameters = { amount: 10, to: 'cus_1' };
    const running = refused(
      guard.run({ ...REFUND, actionId: 'act-1', parameters }, () => void ran.push(parameters.amount)),
    );
    const item = only(await waiting());

    parameters.amount = 10_000;
    await release(desk.deps, item);

    const error = await running;
    expect(error).toMatchObject({ refusal: 'hold', heldId: 'Q-1' });
    expect(error.reason).toBe('its parameters are not those that were released');
    expect(ran).toEqual([]);
    expect(await desk.deps.store.heldAttempt('Q-1')).toMatchObject({ state: 'refused' });
  });

  it('pitfall 13: of tool calls made at once, only the one that was released runs', async () => {
    const { desk, run, ran, waiting } = await openHoldDesk();
    const calls = [1, 2, 3].map((amount) => run({ amount }, `act-${amount}`));
    const outcomes = Promise.allSettled(calls);
    const items = await waiting(3);
    const second = items.filter(({ actionId }) => actionId === 'act-2');

    await release(desk.deps, only(second));
    await calls[1];
    for (const item of items.filter(({ actionId }) => actionId !== 'act-2')) await reject(desk.deps, item);

    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
    expect(ran).toEqual([{ amount: 2 }]);
  });

  it('runs both where two of one tool are released at once, each with its own parameters', async () => {
    const { desk, run, ran, waiting } = await openHoldDesk();
    const running = [run({ amount: 1 }, 'act-1'), run({ amount: 2 }, 'act-2')];

    await Promise.all((await waiting(2)).map((item) => release(desk.deps, item)));
    await Promise.all(running);

    expect(ran.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual([
      { amount: 1 },
      { amount: 2 },
    ]);
  });
});
