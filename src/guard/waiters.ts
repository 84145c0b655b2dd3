import { setTimeout as sleep } from 'node:timers/promises';

/** Those who wait for the same thing. */
export interface Waiters {
  /** Resolves when it has come, or after `patienceMs` where it is given. */
  wait(patienceMs?: number): Promise<void>;
  /** It has come. */
  wake(): void;
}

export function createWaiters(): Waiters {
  let waiting: (() => void)[] = [];
  return {
    async wait(patienceMs) {
      const come = new Promise<void>((resolve) => void waiting.push(resolve));
      if (patienceMs === undefined) return come;
      const patience = new AbortController();
      await Promise.race([come, sleep(patienceMs, undefined, { signal: patience.signal })]);
      patience.abort();
    },
    wake() {
      const woken = waiting;
      if (woken.length > 0) waiting = [];
      for (const resolve of woken) resolve();
    },
  };
}
