import { expect, it } from 'vitest';
import type { Store } from '../../../src/store/types.js';
import { anAppend, aSurface, AT, anEffect } from '../../support/store-rows.js';

export function transactionContract(store: () => Store): void {
  it('stores nothing of a transaction that failed', async () => {
    const failing = store().transact(async (tx) => {
      await tx.append(anAppend({ idempotencyKey: 'press:1' }));
      await tx.addEffect(anEffect());
      await tx.touchSurface(aSurface());
      await tx.nextNumber('incident');
      await tx.claim('press:1', AT);
      throw new Error('the operation failed');
    });
    await expect(failing).rejects.toThrow('the operation failed');

    const left = await store().transact(async (tx) => ({
      size: (await tx.head()).size,
      waiting: (await tx.effects.backlog()).waiting,
      surface: await tx.surface('announcement:INC-7'),
      number: await tx.nextNumber('incident'),
      claimed: await tx.claim('press:1', AT),
    }));

    expect(left).toEqual({ size: 0, waiting: 0, surface: undefined, number: 1, claimed: true });
  });

  it('sees its own writes', async () => {
    const size = await store().transact(async (tx) => {
      await tx.append(anAppend());
      return (await tx.head()).size;
    });

    expect(size).toBe(1);
  });

  it('runs transactions one after the other, so that no number is given twice', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 20 }, () => store().transact((tx) => tx.nextNumber('halt'))),
    );

    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('says so when the store is used inside a transaction, instead of waiting for itself', async () => {
    const nested = store().transact(async () => store().transact(async () => 'never'));
    const reading = store().transact(async () => store().head());

    await expect(nested).rejects.toThrow('use the `tx` you were given');
    await expect(reading).rejects.toThrow('use the `tx` you were given');
  });

  it('lets what a transaction set off work with the store once it is over', async () => {
    let over = (): void => undefined;
    const afterwards = new Promise<void>((resolve) => (over = resolve));
    let detached: Promise<unknown> = Promise.resolve();
    await store().transact(async () => {
      detached = afterwards.then(() => store().transact((tx) => tx.append(anAppend())));
    });
    over();

    await expect(detached).resolves.toBe(true);
  });

  it('keeps one identity of the plane, also when two ask for it at once', async () => {
    const [one, other] = await Promise.all([store().planeIdentity(), store().planeIdentity()]);

    expect(other).toEqual(one);
    expect(await store().planeIdentity()).toEqual(one);
    expect(one.privateKey).toContain('BEGIN PRIVATE KEY');
    expect(one.publicKey).toContain('BEGIN PUBLIC KEY');
  });
}
