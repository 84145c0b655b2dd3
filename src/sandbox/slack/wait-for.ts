/** Waiting for something to become visible, for stories that cannot know when. */
import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** What is awaited, for the message when it never comes. */
  readonly what?: string;
}

/** The first thing seen that is not undefined. An error while looking counts as not yet, and is the cause in the end. */
export async function waitFor<T>(
  look: () => T | undefined | Promise<T | undefined>,
  { timeoutMs = 5_000, everyMs = 20, what = 'it' }: WaitOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      cause = error;
    }
    await pause(everyMs);
  } while (performance.now() < deadline);
  throw new Error(`waited ${timeoutMs} ms for ${what} in vain`, { cause });
}
