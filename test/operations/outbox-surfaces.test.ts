import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { SurfaceRow } from '../../src/store/types.js';
import { openBench, RENDERED, REST_MS, start, touch } from '../support/outbox.js';

describe('the outbox and what people see', () => {
  it('waits as long as it was told to, even when the surface is touched meanwhile', async () => {
    const { deps } = await openBench();
    const attempts: number[] = [];
    await touch(deps, { key: 'card:INC-1' });
    const outbox = start(deps, {
      reconcile: () => {
        attempts.push(performance.now());
        return Promise.resolve(
          attempts.length === 1
            ? { kind: 'retry', afterMs: 200, error: 'ratelimited', began: false }
            : RENDERED,
        );
      },
    });
    await vi.waitFor(() => expect(attempts).toHaveLength(1));

    await touch(deps, { key: 'card:INC-1' });
    outbox.wake();

    await vi.waitFor(() => expect(attempts).toHaveLength(2));
    expect((attempts[1] ?? 0) - (attempts[0] ?? 0)).toBeGreaterThanOrEqual(195);
  });

  it('makes one update of many touches, and it is the newest', async () => {
    const { deps } = await openBench();
    const renders: { version: number; at: number }[] = [];
    const reconcile = async ({ wantedVersion }: SurfaceRow) => {
      renders.push({ version: wantedVersion, at: performance.now() });
      return RENDERED;
    };
    await touch(deps, { key: 'card:INC-1' });
    const outbox = start(deps, { reconcile });
    await vi.waitFor(() => expect(renders).toHaveLength(1));

    const begun = performance.now();
    for (const _ of Array.from({ length: 10 })) {
      await touch(deps, { key: 'card:INC-1' });
      outbox.wake();
    }
    const lastedMs = performance.now() - begun;
    await vi.waitFor(() => expect(renders.at(-1)?.version).toBe(11));
    await pause(3 * REST_MS);

    // One for each rest that the touches took, which is none on a machine of one's own.
    expect(renders.length).toBeLessThanOrEqual(2 + Math.floor(lastedMs / REST_MS));
    const gaps = renders.slice(1).map(({ at }, index) => at - (renders[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(REST_MS - 5);
  });

  it('renders once more what was touched during a render', async () => {
    const { deps } = await openBench();
    const versions: number[] = [];
    await touch(deps, { key: 'card:INC-1' });

    start(deps, {
      reconcile: async ({ wantedVersion }) => {
        versions.push(wantedVersion);
        if (versions.length === 1) await touch(deps, { key: 'card:INC-1' });
        return RENDERED;
      },
    });

    await vi.waitFor(() => expect(versions).toEqual([1, 2]));
  });

  it('does not try a parked surface again until somebody touches it', async () => {
    const { deps } = await openBench();
    let attempts = 0;
    await touch(deps, { key: 'card:INC-1' });
    start(deps, {
      reconcile: () => {
        attempts += 1;
        return Promise.resolve({ kind: 'park', error: 'channel_not_found' });
      },
    });
    await vi.waitFor(() => expect(attempts).toBe(1));
    await pause(60);
    expect(attempts).toBe(1);

    await touch(deps, { key: 'card:INC-1' });

    await vi.waitFor(() => expect(attempts).toBe(2));
  });
});
