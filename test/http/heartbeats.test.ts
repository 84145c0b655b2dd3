import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createHeartbeats } from '../../src/http/heartbeats.js';

function beating(periodMs: number, mayBeat: () => boolean): { readonly beats: () => number } {
  const heartbeats = createHeartbeats(periodMs, mayBeat);
  onTestFinished(() => heartbeats.stop());
  let beats = 0;
  heartbeats.add(() => void (beats += 1));
  return { beats: () => beats };
}

it('holds heartbeats back while answers to an order pour in, and makes up for them', async () => {
  let isQuiet = false;
  const { beats } = beating(2_000, () => isQuiet);

  await sleep(60);
  const whileLoud = beats();
  isQuiet = true;
  await expect.poll(beats, { timeout: 5_000 }).toBeGreaterThan(0);

  expect(whileLoud).toBe(0);
});

it('renews a lease in each period, however loud it is', async () => {
  const { beats } = beating(200, () => false);

  await sleep(1_000);

  expect(beats()).toBeGreaterThanOrEqual(3);
});
