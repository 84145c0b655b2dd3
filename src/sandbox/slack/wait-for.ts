/** Waiting for something to become visible, for stories that cannot know when. */
import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** What is awaited, for the message when it never comes. */
  readonly what?: string;
}

/** Who has waited long can wait a little longer: looking costs those who are waited for. */
const LONGEST_PAUSE_MS = 100;

/** The first thing seen that is not undefined. An error while looking counts as not yet, and is the cause in the end. */
export async function waitFor<T>(
  look: () => T | undefined | Promise<T | undefined>,
  { timeoutMs = 5_000, everyMs = 20, what = 'it' }: WaitOptions = {},
): Promise<T> {
  const beganAt = performance.now();
  const waited = (): number => performance.now() - beganAt;
  let cause: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      cause = error;
    }
    await pause(Math.max(everyMs, Math.min(waited() / 10, LONGEST_PAUSE_MS)));
  } while (waited() < timeoutMs);
  throw new Error(`waited ${timeoutMs} ms for ${what} in vain`, { cause });
}
