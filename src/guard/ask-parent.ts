import type { Clock, Moment } from './clock.js';

/** Asks the parent for lease, again and again, until it is stopped. */
export interface Asking {
  ask(): void;
  /** When the question was sent that is answered now: the lease counts from then, for it was granted no earlier. */
  answered(question: number, remainingMs: number): Moment | undefined;
  stop(): void;
}

const ASK_MS = { soonest: 20, latest: 1_000 };
/** Questions that may be open at once: the parent may be slow, and an answer to any of them is good. */
const OPEN_QUESTIONS = 20;

export function createAsking(clock: Clock, send: (asked: number) => void): Asking {
  const open = new Map<number, Moment>();
  let asked = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const ask = (): void => {
    asked += 1;
    open.set(asked, clock());
    open.delete(asked - OPEN_QUESTIONS);
    send(asked);
    askAfter(ASK_MS.latest);
  };
  const askAfter = (ms: number): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(ask, ms);
  };
  return {
    ask,
    answered(question, remainingMs) {
      const sent = open.get(question);
      open.delete(question);
      const soon = remainingMs > 0 ? remainingMs / 4 : ASK_MS.latest / 4;
      askAfter(Math.max(ASK_MS.soonest, Math.min(ASK_MS.latest, soon)));
      return sent;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
