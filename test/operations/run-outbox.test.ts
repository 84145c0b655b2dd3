import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { Effector } from '../../src/operations/outbox/outbox-types.js';
import { startOutbox } from '../../src/operations/outbox/run-outbox.js';
import { add, openBench, RENDERED, start, waiting } from '../support/outbox.js';

describe('the outbox', () => {
  it('delivers the effects of one incident one after the other, in their order', async () => {
    const { deps } = await openBench();
    const seen: string[] = [];
    await add(
      deps,
      { key: 'a', incident: 'INC-1' },
      { key: 'b', incident: 'INC-1' },
      { key: 'c', incident: 'INC-1' },
    );
    const slowly: Effector = async ({ key }) => {
      seen.push(`${key} begins`);
      await pause(15);
      seen.push(`${key} ends`);
      return { kind: 'done' };
    };

    start(deps, { effectors: { 'channel:topic': slowly } });

    await vi.waitFor(async () => expect(await waiting(deps)).toBe(0));
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('never works on more than the lane allows', async () => {
    const { deps } = await openBench();
    let now = 0;
    let most = 0;
    await add(
      deps,
      ...[1, 2, 3, 4, 5, 6].map((number) => ({ key: `e${number}`, incident: `INC-${number}` })),
    );
    const slowly: Effector = async () => {
      most = Math.max(most, ++now);
      await pause(15);
      now -= 1;
      return { kind: 'done' };
    };

    start(deps, { effectors: { 'channel:topic': slowly } });

    await vi.waitFor(async () => expect(await waiting(deps)).toBe(0));
    expect(most).toBe(2);
  });

  it('delivers for a halt while every bulk slot is stuck', async () => {
    const { deps } = await openBench();
    let release = (): void => undefined;
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    const haltDone = vi.fn<(key: string) => void>();
    await add(deps, ...[1, 2, 3].map((number) => ({ key: `bulk${number}`, incident: `INC-${number}` })));
    start(deps, {
      effectors: {
        'channel:topic': async ({ key, lane }) => {
          if (lane === 'bulk') await stuck;
          else haltDone(key);
          return { kind: 'done' };
        },
      },
    });

    await add(deps, { key: 'halt-page', lane: 'halt', incident: 'INC-1' });

    await vi.waitFor(() => expect(haltDone).toHaveBeenCalledWith('halt-page'));
    release();
  });

  it('tries again what threw, and says that it may have acted', async () => {
    const { deps, logged } = await openBench();
    const begun: boolean[] = [];
    await add(deps, { key: 'a', incident: 'INC-1' });
    const flaky: Effector = ({ begun: before }) => {
      begun.push(before);
      return begun.length < 3
        ? Promise.reject(new Error('socket hang up'))
        : Promise.resolve({ kind: 'done' });
    };

    start(deps, { effectors: { 'channel:topic': flaky } });

    await vi.waitFor(async () => expect(await waiting(deps)).toBe(0));
    expect(begun).toEqual([false, true, true]);
    expect(logged.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  it('says that nothing was done before when the attempt certainly did not act', async () => {
    const { deps } = await openBench();
    const begun: boolean[] = [];
    await add(deps, { key: 'a', incident: 'INC-1' });
    const limited: Effector = ({ begun: before }) => {
      begun.push(before);
      return Promise.resolve(
        begun.length < 2
          ? { kind: 'retry', afterMs: 60, error: 'ratelimited', began: false }
          : { kind: 'done' },
      );
    };

    start(deps, { effectors: { 'channel:topic': limited } });

    await vi.waitFor(async () => expect(await waiting(deps)).toBe(0));
    expect(begun).toEqual([false, false]);
  });

  it('gives up what was refused for good, and goes on with the next', async () => {
    const { deps } = await openBench();
    const seen: string[] = [];
    await add(deps, { key: 'a', incident: 'INC-1' }, { key: 'b', incident: 'INC-1' });

    start(deps, {
      effectors: {
        'channel:topic': ({ key }) => {
          seen.push(key);
          return Promise.resolve(
            key === 'a' ? { kind: 'drop', error: 'restricted_action' } : { kind: 'done' },
          );
        },
      },
    });

    await vi.waitFor(async () => expect(await waiting(deps)).toBe(0));
    expect(seen).toEqual(['a', 'b']);
  });

  it('keeps an effect that this version cannot perform', async () => {
    const { deps, logged } = await openBench();
    await add(deps, { key: 'a', kind: 'channel:archive' });

    start(deps, {});

    await vi.waitFor(() => expect(logged.map(({ level }) => level)).toContain('error'));
    expect(await waiting(deps)).toBe(1);
  });

  it('finishes what is under way before the process ends, and begins nothing new', async () => {
    const { deps } = await openBench();
    const seen: string[] = [];
    await add(deps, { key: 'a', incident: 'INC-1' }, { key: 'b', incident: 'INC-1' });
    const outbox = start(deps, {
      effectors: {
        'channel:topic': async ({ key }) => {
          seen.push(key);
          await pause(50);
          return { kind: 'done' };
        },
      },
    });
    await vi.waitFor(() => expect(seen).toEqual(['a']));

    const drained = await outbox.drain(2000);

    expect(drained).toBe(true);
    expect(await waiting(deps)).toBe(1);
    expect(seen).toEqual(['a']);
  });

  it('does not wait for ever for what hangs, and the next process knows that it was begun', async () => {
    const { deps } = await openBench();
    await add(deps, { key: 'a', incident: 'INC-1' });
    const hanging = vi.fn<Effector>(() => new Promise(() => undefined));
    const outbox = startOutbox(deps, {
      effectors: { 'channel:topic': hanging },
      reconcile: () => Promise.resolve(RENDERED),
      pollMs: 20,
    });
    await vi.waitFor(() => expect(hanging).toHaveBeenCalledOnce());

    const drained = await outbox.drain(30);

    const [left] = await deps.store.transact((tx) => tx.effects.due('bulk', deps.now(), 1));
    expect(drained).toBe(false);
    expect(left?.begun).toBe(true);
  });
});
