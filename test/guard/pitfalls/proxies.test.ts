/** Halting.md §4.8, pitfalls 5 and 6: what stands between a guard and its control plane. */
import { describe, expect, it } from 'vitest';
import { streamProxy, swallowingProxy, type StreamTrouble } from '../../support/bad-proxy.js';
import { eventually, obedient, openHaltDesk } from '../../support/halting.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'financial-transaction' };
const isLive = (state: string): boolean => state === 'live';

describe('pitfall 05: a connection that is half open', () => {
  it('isolates the guard within its lease, and what runs is told to stop', async () => {
    const desk = await openHaltDesk();
    const proxy = await swallowingProxy(desk.url);
    const guard = desk.guard({ url: proxy.url });
    await guard.ready();
    const running = guard.run(REFUND, obedient);
    running.catch(() => undefined);

    proxy.swallow();
    const beganMs = performance.now();
    await eventually(
      () => guard.state,
      (state) => state === 'isolated',
    );

    expect(performance.now() - beganMs).toBeLessThan(2_000);
    await expect(running).rejects.toMatchObject({ refusal: 'isolated' });
    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ refusal: 'isolated' });
  });

  it('lets the control plane prove the point stopped, without a word from it', async () => {
    const desk = await openHaltDesk();
    const proxy = await swallowingProxy(desk.url);
    const guard = desk.guard({ url: proxy.url });
    await guard.ready();
    proxy.swallow();

    const { haltId } = await desk.order();
    const order = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(order.points[0]).toMatchObject({ level: 'lease-expired' });
  });

  it('does not keep the guard from coming back', async () => {
    const desk = await openHaltDesk();
    const proxy = await swallowingProxy(desk.url);
    const guard = desk.guard({ url: proxy.url });
    await guard.ready();
    proxy.swallow();
    await eventually(
      () => guard.state,
      (state) => state === 'isolated',
    );

    proxy.swallow(false);

    await eventually(() => guard.state, isLive, 15_000);
  });
});

describe.each<[StreamTrouble]>([['buffers'], ['says it is text'], ['answers with a page']])(
  'pitfall 06: a proxy that %s where a stream should be',
  (trouble) => {
    it('does not keep the agent from working, nor an order from reaching it', async () => {
      const desk = await openHaltDesk();
      const proxy = await streamProxy(desk.url, trouble);
      const guard = desk.guard({ url: proxy.url });

      await eventually(() => guard.state, isLive, 20_000);
      const before = await guard.run(REFUND, () => 'done');
      const { haltId } = await desk.order();
      const order = await desk.until(haltId, ({ contained }) => contained !== null);

      expect(before).toBe('done');
      expect(order.points[0]?.level).toBe('quiesced');
      await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ haltId });
      expect(proxy.asked).toContain('/v1/halts');
    });
  },
);

describe('pitfall 06: a cache that replays an old stream', () => {
  it('renews no lease with it', async () => {
    const desk = await openHaltDesk();
    const proxy = await streamProxy(desk.url, 'none');
    const trouble: string[] = [];
    const guard = desk.guard({ url: proxy.url, onTrouble: (error) => trouble.push(causes(error)) });
    await guard.ready();

    proxy.become('replays');
    await desk.order({ kind: 'agent', agentId: 'support-agent' });
    await eventually(
      () => trouble,
      (said) => said.some((text) => text.includes('made for another request')),
      15_000,
    );

    expect(trouble.join()).toContain('cache');
  });
});

function causes(error: unknown): string {
  return error instanceof Error ? `${error.message}: ${causes(error.cause)}` : String(error);
}
