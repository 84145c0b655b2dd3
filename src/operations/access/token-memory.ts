/**
 * Callers of the busiest door, so that it does not ask the store each time. A revoked token is refused at most
 * `STALE_MS` after: what is older than `FRESH_MS` is looked up again beside the request, what is older than
 * `STALE_MS` before it.
 */
import type { Caller } from './authenticate.js';

export interface TokenMemory {
  /** The caller at once where it is known well enough, else as soon as the store has answered. Rejects with it. */
  callerOf(bearer: string): Caller | Promise<Caller | undefined>;
}

const FRESH_MS = 500;
const STALE_MS = 1_500;

interface Known {
  readonly caller: Caller;
  /** When the look-up began that found it. */
  readonly askedMs: number;
}

export function createTokenMemory(
  authenticate: (bearer: string) => Promise<Caller | undefined>,
  monotonic: () => number,
): TokenMemory {
  // By the token itself, of which only valid ones are kept: its hash would cost more than all the rest of the answer.
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Caller | undefined>>();
  const ask = (bearer: string): Promise<Caller | undefined> => {
    const underWay = asking.get(bearer);
    if (underWay !== undefined) return underWay;
    const askedMs = monotonic();
    const answer = authenticate(bearer)
      .then((caller) => {
        if (caller === undefined) known.delete(bearer);
        else known.set(bearer, { caller, askedMs });
        return caller;
      })
      .finally(() => asking.delete(bearer));
    asking.set(bearer, answer);
    return answer;
  };
  return {
    callerOf(bearer) {
      const found = known.get(bearer);
      const ageMs = found === undefined ? Number.POSITIVE_INFINITY : monotonic() - found.askedMs;
      if (found === undefined || ageMs > STALE_MS) return ask(bearer);
      // Its failure is noticed by the next request that has to wait for the store.
      if (ageMs > FRESH_MS) ask(bearer).catch(() => undefined);
      return found.caller;
    },
  };
}
