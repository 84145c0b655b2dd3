/** Slack, or a pager, is away altogether: what waits does not knock one after the other for as long as that lasts. */
import { expect, it, vi } from 'vitest';
import type { SurfaceOutcome } from '../../src/operations/outbox/outbox-types.js';
import { openBench, RENDERED, start, touch } from '../support/outbox.js';

const WAITING = 40;
const PACE = { concurrency: 4, surfaceIntervalMs: 1, backoff: { baseMs: 40, capMs: 80 } };
const LANES = { halt: PACE, bulk: PACE };
const NOBODY = { kind: 'retry', afterMs: null, error: 'no answer', began: true, isAway: true } as const;
const BUSY = { ...NOBODY, error: 'HTTP 500', isAway: false } as const;

/** Forty cards in as many channels, and what becomes of each attempt. */
async function openOutbox(outcome: () => SurfaceOutcome): Promise<{ attempts: () => number }> {
  const { deps } = await openBench();
  for (let number = 0; number < WAITING; number += 1)
    await touch(deps, { key: `card:${number}`, target: `C${number}` });
  let attempts = 0;
  const reconcile = (): Promise<SurfaceOutcome> => {
    attempts += 1;
    return Promise.resolve(outcome());
  };
  start(deps, { lanes: LANES, reconcile });
  return { attempts: () => attempts };
}

it('is asked by one attempt at a time whether it is back', async () => {
  const { attempts } = await openOutbox(() => NOBODY);

  await vi.waitFor(() => expect(attempts()).toBeGreaterThanOrEqual(6));
  const before = attempts();
  await new Promise((resolve) => setTimeout(resolve, 400));

  // At most one for each pause, of which the shortest is 40 ms.
  expect(attempts() - before).toBeLessThanOrEqual(11);
});

it('gets everything that waited as soon as it is back', async () => {
  let isBack = false;
  const delivered = new Set<number>();
  const { attempts } = await openOutbox(() => {
    if (isBack) delivered.add(delivered.size);
    return isBack ? RENDERED : NOBODY;
  });
  await vi.waitFor(() => expect(attempts()).toBeGreaterThanOrEqual(6));

  isBack = true;

  await vi.waitFor(() => expect(delivered.size).toBe(WAITING), { timeout: 5_000 });
});

it('that answers, if only with an error, is asked by as many as before', async () => {
  const { attempts } = await openOutbox(() => BUSY);

  await vi.waitFor(() => expect(attempts()).toBeGreaterThanOrEqual(WAITING), { timeout: 5_000 });
});
