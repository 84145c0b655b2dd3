/** Halting.md §4.8, pitfall 9: what an agent starts is stopped with it. Threads and processes here are real. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aProcess, aWorker } from '../../support/guarded-children.js';
import { eventually, obedient, openHaltDesk, type HaltDeskOptions } from '../../support/halting.js';
import { openTelemetryDesk } from '../../support/telemetry-desk.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'financial-transaction' };

async function working(
  start: () => ReturnType<typeof aWorker> | ReturnType<typeof aProcess>,
  actions = 3,
  options: HaltDeskOptions = {},
) {
  const desk = await openHaltDesk(options);
  const guard = desk.guard();
  await guard.ready();
  const child = start();
  guard.serveTo(child.carrier);
  await eventually(
    () => child.began().length,
    (times) => times >= actions,
    10_000,
  );
  return { desk, guard, child };
}

describe.each([
  ['a worker thread', (work?: { stubbornMs: number }) => aWorker(work)],
  ['a forked process', (work?: { stubbornMs: number }) => aProcess(work)],
])('pitfall 09: %s', (_name, start) => {
  it('inherits the halt, and the parent is not quiesced before it is', async () => {
    const { desk, child } = await working(() => start());

    const { haltId } = await desk.order();
    const order = await desk.until(haltId, ({ contained }) => contained !== null);
    const containedAt = Date.now();
    await eventually(
      () => child.refused().length,
      (times) => times > 3,
    );

    expect(order.points[0]).toMatchObject({ level: 'quiesced' });
    expect(child.refused().at(-1)).toMatchObject({ refused: 'deny', haltId });
    expect(child.began().filter(({ at }) => at > containedAt)).toEqual([]);
  });

  it('has no line of its own, and its parent tells what it does', async () => {
    const { telemetry, trace } = await openTelemetryDesk();
    const { child } = await working(() => start(), 1, { telemetry });
    const [first] = child.began();

    const told = await eventually(
      () => trace(first?.began ?? ''),
      (seen) => seen !== undefined,
      10_000,
    );

    expect(told).toMatchObject({ ...REFUND, agentId: 'billing-agent', check: { verdict: 'allow' } });
  });

  it('keeps the order from being contained while something in it will not stop', async () => {
    const { desk } = await working(() => start({ stubbornMs: 1_500 }), 1);

    const { haltId } = await desk.order();
    const listed = await desk.until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
    const ended = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(listed.contained).toBeNull();
    expect(ended.points[0]?.inflight).toMatchObject({
      uncancellable: [],
      completedAfter: listed.points[0]?.inflight.uncancellable,
    });
  });

  it('acts no more when its parent has lost the control plane', async () => {
    const { desk, guard, child } = await working(() => start());

    const restarted = desk.restart(2_500);
    await eventually(
      () => guard.state,
      (state) => state === 'isolated',
      8_000,
    );
    await sleep(200);
    const isolatedAt = Date.now();
    await eventually(
      () => child.refused().length,
      (times) => times > 5,
    );
    await restarted;

    const lastAllowed =
      child
        .began()
        .filter(({ at }) => at < isolatedAt + 1_000)
        .at(-1)?.at ?? 0;
    expect(lastAllowed).toBeLessThan(isolatedAt);
    expect(child.refused().some(({ refused }) => refused === 'isolated')).toBe(true);
  });

  it('settles its part when it dies, and what it was told to stop is not called aborted', async () => {
    const { desk, child } = await working(() => start({ stubbornMs: 60_000 }), 1);

    const { haltId } = await desk.order();
    const listed = await desk.until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
    if ('terminate' in child.carrier) await child.carrier.terminate();
    else child.carrier.kill('SIGKILL');
    const ended = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(ended.points[0]?.inflight).toMatchObject({
      aborted: [],
      completedAfter: listed.points[0]?.inflight.uncancellable,
    });
  });
});

describe('pitfall 09: a sub-agent', () => {
  it('is stopped by an order for whoever it works for, and by one for itself', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();
    const helper = guard.child({ agentId: 'refund-helper' });
    const before = await helper.run(REFUND, () => 'done');
    const running = helper.run({ ...REFUND, actionId: 'of-helper' }, obedient);
    running.catch(() => undefined);

    const { haltId } = await desk.order({ kind: 'agent', agentId: 'billing-agent' });
    const order = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(before).toBe('done');
    await expect(running).rejects.toMatchObject({ haltId });
    await expect(helper.run(REFUND, () => 'spent')).rejects.toMatchObject({ haltId });
    expect(order.points[0]?.inflight.aborted).toEqual(['of-helper']);
  });
});
