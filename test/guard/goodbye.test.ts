import { describe, expect, it } from 'vitest';
import { eventually, obedient, openHaltDesk } from '../support/halting.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'financial-transaction' };

describe('a guard that is closed', () => {
  it('says goodbye: no later order waits for it, and the agent may do nothing more', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();

    await guard.close();
    const { expected, uncovered } = await desk.order();

    expect(expected).toBe(0);
    expect(uncovered).toContain('billing-agent');
    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ refusal: 'closed' });
  });

  it('stops what runs before it says so', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();
    const running = guard.run(REFUND, obedient);
    running.catch(() => undefined);

    await guard.close();

    await expect(running).rejects.toMatchObject({ refusal: 'closed' });
  });

  it('goes on answering for work that would not stop, and leaves when it has ended', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();
    let finish: () => void = () => undefined;
    const running = guard.run(
      { ...REFUND, actionId: 'stubborn' },
      () => new Promise<void>((resolve) => (finish = resolve)),
    );

    await guard.close();
    const { haltId } = await desk.order();
    const listed = await desk.until(
      haltId,
      ({ points }) => points[0]?.inflight.uncancellable.includes('stubborn') === true,
    );
    finish();
    await running;
    const order = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(listed.contained).toBeNull();
    expect(order.points[0]).toMatchObject({
      level: 'quiesced',
      inflight: { uncancellable: [], completedAfter: ['stubborn'] },
    });
  });

  it('never becomes ready', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard({ token: 'wrong' });
    const ready = guard.ready();

    await guard.close();

    await expect(ready).rejects.toThrow('closed');
  });
});

it('is not let in under a name that another process holds, until that one is gone', async () => {
  const desk = await openHaltDesk();
  const first = desk.guard({ pointId: 'billing-1' });
  await first.ready();
  const trouble: unknown[] = [];
  const second = desk.guard({ pointId: 'billing-1', onTrouble: (error) => trouble.push(error) });
  await eventually(
    () => trouble.length,
    (times) => times > 0,
  );

  const before = second.state;
  await first.close();
  await second.ready();

  expect(before).toBe('starting');
  expect(second.state).toBe('live');
});
