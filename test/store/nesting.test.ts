/** Who is told that the store waits for itself, where there are several. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite.js';
import type { Store } from '../../src/store/types.js';

async function openStore(): Promise<Store> {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  return store;
}

describe('a store that is used inside a transaction', () => {
  it('is told so through the transaction of another store', async () => {
    const [one, other] = [await openStore(), await openStore()];

    const nested = one.transact(() => other.transact(() => one.head()));

    await expect(nested).rejects.toThrow('use the `tx` you were given');
  });

  it('is not told so for the transaction of another store', async () => {
    const [one, other] = [await openStore(), await openStore()];

    const size = await one.transact(async (tx) => {
      const within = await other.transact((its) => its.head());
      return within.size + (await tx.head()).size;
    });

    expect(size).toBe(0);
  });
});
