/** Findings on their way to whoever raises them: one at a time, again and again until it has worked. */
import type { Finding } from '../core/tripwire/finding.js';

/** A finding that was handed over; `confirm` says that it was raised. */
export interface Handed {
  readonly findingId: number;
  readonly finding: Finding;
  readonly confirm: () => void;
}

export interface FindingDesk {
  /** The same id twice is one finding. */
  hand(handed: Handed): void;
  listen(listener: (finding: Finding) => Promise<void>): void;
  /** Takes nothing new and waits for the one that is being raised. */
  close(): Promise<void>;
}

const RETRY = { baseMs: 500, capMs: 30_000 };

/** A finding that cannot be raised waits longer each time, and lets the others go first. */
export function openFindingDesk(onFailure: (error: unknown) => void): FindingDesk {
  const inHand = new Set<number>();
  const waiting: (Handed & { readonly tries: number })[] = [];
  let listener: ((finding: Finding) => Promise<void>) | null = null;
  let working: Promise<void> = Promise.resolve();
  let busy = false;
  let closed = false;

  function work(): void {
    if (busy || closed || listener === null || waiting.length === 0) return;
    busy = true;
    working = raiseAll(listener).finally(() => {
      busy = false;
    });
  }

  async function raiseAll(raise: (finding: Finding) => Promise<void>): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !closed; next = waiting.shift()) {
      try {
        await raise(next.finding);
        inHand.delete(next.findingId);
        next.confirm();
      } catch (error) {
        onFailure(error);
        const afterMs = Math.min(RETRY.capMs, RETRY.baseMs * 2 ** next.tries);
        setTimeout(() => {
          waiting.push({ ...next, tries: next.tries + 1 });
          work();
        }, afterMs).unref();
      }
    }
  }

  return {
    hand(handed) {
      if (inHand.has(handed.findingId)) return;
      inHand.add(handed.findingId);
      waiting.push({ ...handed, tries: 0 });
      work();
    },
    listen(one) {
      listener = one;
      work();
    },
    async close() {
      closed = true;
      await working;
    },
  };
}
