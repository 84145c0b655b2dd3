import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The quiet between orders and their answers. What people look at may wait for it: ten thousand guards answer within
 * a second, and a card that is drawn in the middle of that delays the proof that it is to show.
 */
export interface Lull {
  /** An order has just been broadcast, or guards have answered: more answers will follow. */
  stir(): void;
  /** Resolves when nothing has stirred for a moment; at the latest after a second, however loud it is. */
  wait(): Promise<void>;
  /** False while answers pour in. */
  isQuiet(): boolean;
}

const QUIET_MS = 60;
const LONGEST_MS = 1_000;

export function createLull(): Lull {
  let stirredMs = Number.NEGATIVE_INFINITY;
  return {
    stir: () => void (stirredMs = performance.now()),
    isQuiet: () => performance.now() - stirredMs > QUIET_MS,
    async wait() {
      const untilMs = performance.now() + LONGEST_MS;
      for (;;) {
        const nowMs = performance.now();
        const restMs = Math.min(stirredMs + QUIET_MS, untilMs) - nowMs;
        if (restMs <= 0) return;
        await sleep(restMs);
      }
    },
  };
}
