import { expect, it } from 'vitest';
import { pruneStore } from '../../src/operations/prune-store.js';
import { openByAlert, openDesk, takeEffects } from '../support/desk.js';

const DAY = 86_400_000;

it('forgets what was finished more than thirty days ago, however much, and goes on as if nothing had been', async () => {
  const { deps, clock } = await openDesk();
  const incident = await openByAlert(deps);
  const done = await takeEffects(deps);
  await deps.store.transact(async (tx) => {
    for (let number = 0; number < 1_200; number += 1) await tx.claim(`press:${number}`, deps.now());
  });
  clock.advance(30 * DAY);
  const tooSoon = await pruneStore(deps);
  clock.advance(1);

  const pruned = await pruneStore(deps);

  expect(tooSoon).toBe(0);
  expect(pruned).toBe(1_200 + done.length);
  expect(await takeEffects(deps)).toEqual([]);
  expect(await openByAlert(deps)).toBe(incident);
});
