import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HaltedError } from '../../src/guard/index.js';
import { eventually, obedient, openHaltDesk } from '../support/halting.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'financial-transaction' };

describe('an agent under a guard', () => {
  it('may not act before it has heard from the control plane', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();

    const attempt = guard.run(REFUND, () => 'spent');

    await expect(attempt).rejects.toMatchObject({ name: 'HaltedError', refusal: 'starting', haltId: null });
    expect(guard.state).toBe('starting');
  });

  it('acts while nothing is halted, and is told its action id', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();

    const actionId = await guard.run(REFUND, (context) => context.actionId);

    expect(actionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is refused once a halt is ordered, and told which one and why', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();

    const { haltId } = await desk.order();
    await eventually(
      () => guard.epoch,
      (epoch) => epoch === 1,
    );

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({
      haltId,
      reason: 'it spends too much',
      epoch: 1,
    });
  });

  it('has its running action aborted, and the control plane has proof', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();
    const running = guard.run({ ...REFUND, actionId: 'act-1' }, obedient);
    running.catch(() => undefined);

    const { haltId, expected } = await desk.order();
    const order = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(expected).toBe(1);
    await expect(running).rejects.toBeInstanceOf(HaltedError);
    expect(order.points[0]).toMatchObject({
      level: 'quiesced',
      inflight: { aborted: ['act-1'], uncancellable: [], completedAfter: [] },
    });
    expect(order.contained?.withinTarget).toBe(true);
  });

  it('pitfall 10: is not contained while an action that ignores the order goes on', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();
    let finish = (_result: string): void => undefined;
    const work = new Promise<string>((resolve) => (finish = resolve));
    const running = guard.run({ ...REFUND, actionId: 'stubborn' }, () => work);

    const { haltId } = await desk.order();
    const listed = await desk.until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
    await sleep(400);
    const later = await desk.until(haltId, () => true);
    finish('sent anyway');
    const ended = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(listed.points[0]).toMatchObject({
      level: 'enforced',
      settledAt: null,
      inflight: { uncancellable: ['stubborn'] },
    });
    expect(later.contained).toBeNull();
    await expect(running).resolves.toBe('sent anyway');
    expect(ended.points[0]).toMatchObject({
      level: 'quiesced',
      inflight: { uncancellable: [], completedAfter: ['stubborn'] },
    });
  });
});
