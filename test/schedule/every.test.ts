import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '../../src/operations/deps.js';
import { every } from '../../src/schedule/every.js';

function aLog() {
  const error = vi.fn<Log['error']>();
  return { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error } satisfies Log;
}

describe('a chore that repeats', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs at each of its turns', async () => {
    const run = vi.fn(() => Promise.resolve());
    const chore = every({ name: 'tick', everyMs: 500, run }, aLog());

    await vi.advanceTimersByTimeAsync(2000);

    expect(run).toHaveBeenCalledTimes(4);
    await chore.stop();
  });

  it('skips a turn while the one before is still running', async () => {
    let finish = (): void => undefined;
    const run = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const chore = every({ name: 'slow', everyMs: 500, run }, aLog());
    await vi.advanceTimersByTimeAsync(2000);
    expect(run).toHaveBeenCalledOnce();

    finish();
    await vi.advanceTimersByTimeAsync(500);

    expect(run).toHaveBeenCalledTimes(2);
    finish();
    await chore.stop();
  });

  it('goes on after an error, and says which chore it was', async () => {
    const log = aLog();
    const failure = new Error('the database is locked');
    const run = vi.fn(() => Promise.reject(failure));
    const chore = every({ name: 'escalate-pages', everyMs: 500, run }, log);

    await vi.advanceTimersByTimeAsync(1000);

    expect(run).toHaveBeenCalledTimes(2);
    expect(log.error).toHaveBeenCalledWith({ err: failure, job: 'escalate-pages' }, expect.any(String));
    await chore.stop();
  });

  it('lets the turn under way finish when it is stopped, and begins no other', async () => {
    const seen: string[] = [];
    const run = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      seen.push('finished');
    };
    const chore = every({ name: 'slow', everyMs: 500, run }, aLog());
    await vi.advanceTimersByTimeAsync(600);

    const stopped = chore.stop().then(() => seen.push('stopped'));
    await vi.advanceTimersByTimeAsync(5000);
    await stopped;

    expect(seen).toEqual(['finished', 'stopped']);
  });
});
