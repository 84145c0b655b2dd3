/** Attempts that an order holds, through real guards and a control plane that really listens. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forgetfulProxy } from '../support/forgetful-proxy.js';
import { only, openHoldDesk, order, refused, REFUND, reject, release } from '../support/quarantine.js';
import { eventually } from '../support/halting.js';

describe('an attempt that an order holds', () => {
  it('waits until a person releases it, then runs once', async () => {
    const { desk, run, ran, waiting } = await openHoldDesk();
    const running = run({ amount: 10 });
    const item = only(await waiting());
    await sleep(50);
    expect(ran).toEqual([]);

    await release(desk.deps, item);
    await running;

    expect(ran).toEqual([{ amount: 10 }]);
    expect(await desk.deps.store.heldAttempt('Q-1')).toMatchObject({ state: 'used', decidedBy: 'U0SRE1' });
  });

  it('is refused with the words of whoever rejects it', async () => {
    const { desk, run, ran, waiting, haltId } = await openHoldDesk();
    const running = refused(run({ amount: 10 }));

    await reject(desk.deps, only(await waiting()));

    const { refusal, heldId, reason, haltId: by } = await running;
    expect([refusal, heldId, by]).toEqual(['hold', 'Q-1', haltId]);
    expect(reason).toBe('rejected by U0SRE1: not this customer');
    expect(ran).toEqual([]);
  });

  it('does not count as running: the point is quiesced while it waits', async () => {
    const { desk, run, waiting, haltId, guard } = await openHoldDesk();
    const running = run({ amount: 10 });
    const item = only(await waiting());

    const contained = await desk.until(haltId, (one) =>
      one.points.every(({ level }) => level === 'quiesced'),
    );

    expect(contained.points).toHaveLength(1);
    expect(guard.inflight).toEqual([]);
    await release(desk.deps, item);
    await running;
  });

  it('does not keep a later order from being contained while it runs released', async () => {
    const { desk, guard, waiting } = await openHoldDesk();
    let end: (() => void) | undefined;
    const running = guard.run(
      { ...REFUND, parameters: {} },
      () => new Promise<void>((resolve) => void (end = resolve)),
    );
    await release(desk.deps, only(await waiting()));
    await eventually(
      () => guard.inflight.length,
      (count) => count === 1,
    );

    const { haltId } = await order(desk.deps, 'deny', { kind: 'tool', tool: 'mail.send' });

    await desk.until(haltId, (one) => one.points.every(({ level }) => level === 'quiesced'));
    expect(guard.inflight).toMatchObject([{ stopping: false }]);
    end?.();
    await running;
  });

  it('is denied at once where it has no parameters, and says why', async () => {
    const { guard, haltId } = await openHoldDesk();

    const error = await refused(guard.run(REFUND, () => undefined));

    expect(error).toMatchObject({ refusal: 'hold', haltId, heldId: null });
    expect(error.reason).toContain('made without `parameters`');
  });

  it.each([
    ['a date', { when: new Date(0) }],
    ['NaN', { amount: Number.NaN }],
    ['a bigint', { amount: 10n }],
    ['256 KiB and more', { text: 'x'.repeat(300_000) }],
  ])('is denied at once with %s in its parameters: nothing inexact is approved', async (_, parameters) => {
    const { run, ran, desk } = await openHoldDesk();

    const error = await refused(run(parameters));

    expect(error.reason).toMatch(/cannot wait: the parameters (hold|have)/);
    expect(ran).toEqual([]);
    expect(await desk.deps.store.countHeldAttempts({})).toEqual({});
  });

  it('stops waiting when its caller gives up; the item is still there to be decided', async () => {
    const { run, ran, waiting } = await openHoldDesk();
    const patience = new AbortController();
    const running = run({ amount: 10 }, 'act-1', patience.signal);
    await waiting();

    patience.abort(new Error('the customer hung up'));

    await expect(running).rejects.toThrow('the customer hung up');
    expect(ran).toEqual([]);
    expect(only(await waiting())).toMatchObject({ state: 'held' });
  });

  it('ends with its guard', async () => {
    const { run, guard, waiting } = await openHoldDesk();
    const running = refused(run({ amount: 10 }));
    await waiting();

    await guard.close();

    expect(await running).toMatchObject({ refusal: 'closed' });
  });

  it('waits through a restart of the control plane, and runs once afterwards', async () => {
    const { desk, run, ran, waiting } = await openHoldDesk();
    const running = run({ amount: 10 });
    await waiting();

    await desk.restart(300);
    await release(desk.deps, only(await waiting()));
    await running;

    expect(ran).toEqual([{ amount: 10 }]);
  });

  it('is the same item when the agent was restarted and asks again, and the outcome is learned', async () => {
    const { desk, run, guard, ran, waiting } = await openHoldDesk();
    const lost = refused(run({ amount: 10 }));
    const item = only(await waiting());
    await guard.close();
    await lost;
    await release(desk.deps, item);
    const next = desk.guard();
    await next.ready();

    await next.run({ ...REFUND, actionId: 'act-1', parameters: { amount: 10 } }, () => void ran.push('next'));
    const again = await refused(
      next.run({ ...REFUND, actionId: 'act-1', parameters: { amount: 10 } }, () => void ran.push('twice')),
    );

    expect(ran).toEqual(['next']);
    expect(again).toMatchObject({ heldId: 'Q-1', refusal: 'hold' });
    expect(again.reason).toContain('taken up already');
    expect(await desk.deps.store.countHeldAttempts({})).toEqual({ used: 1 });
  });

  it('runs once though the answer to its claim was lost on the way', async () => {
    const { desk, ran, waiting } = await openHoldDesk();
    const proxy = await forgetfulProxy(desk.url, '/claim');
    const cutOff = desk.guard({ url: proxy.url });
    await cutOff.ready();
    const running = cutOff.run({ ...REFUND, parameters: { amount: 10 } }, () => void ran.push('once'));

    await release(desk.deps, only(await waiting()));
    await running;

    expect(proxy.lost()).toBe(1);
    expect(ran).toEqual(['once']);
    expect(await desk.deps.store.countHeldAttempts({})).toEqual({ used: 1 });
  });

  it('runs in one of two processes that wait for the same attempt, and never in both', async () => {
    const { desk, run, ran, waiting } = await openHoldDesk();
    const second = desk.guard();
    await second.ready();
    const outcomes = Promise.allSettled([
      run({ amount: 10 }),
      second.run({ ...REFUND, actionId: 'act-1', parameters: { amount: 10 } }, () => void ran.push('second')),
    ]);
    const item = only(await waiting());
    await sleep(100);

    await release(desk.deps, item);

    expect((await outcomes).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(ran).toHaveLength(1);
  });
});
