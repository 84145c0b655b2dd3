import { expect, it } from 'vitest';
import type { Store } from '../../../src/store/types.js';
import { AT, LATER } from '../../support/store-rows.js';

export function heldPostContract(store: () => Store): void {
  const hold = (source: string, body: object, receivedAt = AT): Promise<void> =>
    store().transact((tx) => tx.holdPost({ source, receivedAt, body }));
  const ids = async (source: string, after = 0): Promise<number[]> =>
    (await store().heldPosts({ source, after, limit: 9 })).map(({ id }) => id);

  it('keeps posts in the order in which they came, source by source', async () => {
    await hold('grafana', { first: true });
    await hold('sentry', { other: 1 });
    await hold('grafana', { first: false }, LATER);

    const rows = await store().heldPosts({ source: 'grafana', after: 0, limit: 9 });

    expect(rows).toMatchObject([
      { source: 'grafana', receivedAt: AT, body: { first: true }, attempts: 0 },
      { source: 'grafana', receivedAt: LATER, body: { first: false }, attempts: 0 },
    ]);
    expect(await store().heldPosts({ source: 'grafana', after: 0, limit: 1 })).toEqual(rows.slice(0, 1));
    expect(await ids('grafana', rows[0]?.id)).toEqual([rows[1]?.id]);
  });

  it('counts what waits, and since when', async () => {
    await hold('grafana', {}, LATER);
    await hold('grafana', {}, AT);
    await hold('sentry', {}, LATER);

    expect(await store().heldPostCounts()).toEqual([
      { source: 'grafana', count: 2, oldestAt: AT },
      { source: 'sentry', count: 1, oldestAt: LATER },
    ]);
    expect(await store().countHeldPosts('grafana')).toBe(2);
    expect(await store().countHeldPosts('datadog')).toBe(0);
  });

  it('forgets a post that was taken, never gives its number out again, and counts attempts', async () => {
    await hold('grafana', {});
    const [first = 0] = await ids('grafana');
    await store().transact((tx) => tx.dropHeldPost(first));
    await hold('grafana', {});
    const [second = 0] = await ids('grafana');
    await store().transact((tx) => tx.retryHeldPost(second));

    expect(second).toBeGreaterThan(first);
    expect(await store().heldPosts({ source: 'grafana', after: 0, limit: 9 })).toMatchObject([
      { attempts: 1 },
    ]);
  });

  it('knows whether a key was claimed', async () => {
    const claimed = await store().transact(async (tx) => {
      await tx.claim('delivery:grafana:1', AT);
      return tx.isClaimed('delivery:grafana:1');
    });

    expect([
      claimed,
      await store().isClaimed('delivery:grafana:1'),
      await store().isClaimed('other'),
    ]).toEqual([true, true, false]);
  });
}
