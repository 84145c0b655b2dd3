import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { aFewAtATime } from '../../src/http/a-few-at-a-time.js';

it('lets a crowd go on in the order of arrival, a few in each turn of the event loop', async () => {
  const itsTurn = aFewAtATime(3);
  const gone: number[] = [];
  const crowd = Array.from({ length: 8 }, async (_, index) => {
    await itsTurn();
    gone.push(index);
  });

  const seen: number[] = [];
  while (gone.length < crowd.length) {
    await nextTurn();
    seen.push(gone.length);
  }

  expect(gone).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(seen).toEqual([3, 6, 8]);
});

it('lets somebody else in between who was not in the crowd', async () => {
  const itsTurn = aFewAtATime(1);
  const order: string[] = [];
  const crowd = Array.from({ length: 5 }, () => itsTurn().then(() => order.push('alert')));

  const press = nextTurn().then(() => order.push('press'));
  await Promise.all([...crowd, press]);

  expect(order.indexOf('press')).toBeLessThan(3);
});

it('begins anew after a pause', async () => {
  const itsTurn = aFewAtATime(2);
  await itsTurn();
  await nextTurn();

  await expect(itsTurn()).resolves.toBeUndefined();
});
