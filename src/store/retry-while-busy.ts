import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** How long to go on trying, all attempts together. */
  readonly forMs: number;
  readonly isBusy: (error: unknown) => boolean;
}

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/**
 * Tries again, with full jitter, while somebody else holds the database. The waiting is asynchronous: whoever
 * holds the lock delays what needs it, and never makes the process deaf. The last error is thrown as it is.
 */
export async function retryWhileBusy<T>(patience: Patience, work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + patience.forMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!patience.isBusy(error) || performance.now() >= giveUpAt) throw error;
    }
    await sleep(1 + Math.random() * pauseMs);
  }
}
