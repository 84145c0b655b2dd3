/**
 * One connection serves everybody, so whoever needs it takes turns, in two queues: people who press and guards that
 * answer an order come before alerts, cards and housekeeping, which still go in between when the hurry has no end.
 */
import { DomainError } from '../core/errors.js';

export type Urgency = 'urgent' | 'patient';

export interface Turns {
  /** Runs `work` when its turn has come; nobody else's runs meanwhile. */
  take<T>(urgency: Urgency, work: () => Promise<T>): Promise<T>;
}

interface Waiter {
  readonly go: () => void;
  readonly refuse: (error: Error) => void;
}

/** A turn waits for nothing but the database, which answers at once: one that lasts this long waits for another turn. */
const LONGEST_MS = 10_000;
const STUCK =
  'The database has been kept busy by one operation for too long. Try again; if it stays so, restart Haltline and report it.';

/** So many in a hurry go one after the other while others wait: then one of those goes, or it might never. */
const IN_A_ROW = 8;

/** Turns follow one another without the event loop's going on: after so long who can wait lets it, or no press would come in. */
const PAUSE_AFTER_MS = 4;

export function createTurns(longestMs = LONGEST_MS): Turns {
  const queues: Readonly<Record<Urgency, Waiter[]>> = { urgent: [], patient: [] };
  let isTaken = false;
  let turn = 0;
  let hurried = 0;
  let isPausing = false;
  /** Since when turns have followed one another; undefined where the event loop has gone on since. */
  let sinceMs: number | undefined;
  let watch: NodeJS.Timeout | undefined;

  /** Whoever waits behind a stuck turn is refused: one of them is what it waits for. */
  function look(seen: number): void {
    watch = undefined;
    const waiting = [...queues.urgent, ...queues.patient];
    if (waiting.length === 0) return;
    if (turn !== seen) return watchTurn();
    queues.urgent.length = 0;
    queues.patient.length = 0;
    for (const { refuse } of waiting) refuse(new DomainError('unavailable', STUCK));
  }

  function watchTurn(): void {
    watch ??= setTimeout(look, longestMs, turn).unref();
  }

  function begin(urgency: Urgency): Promise<void> | undefined {
    const mayGo = !isTaken && (urgency === 'urgent' || (!isPausing && !lastsTooLong()));
    if (mayGo) {
      isTaken = true;
      return undefined;
    }
    watchTurn();
    const turnHasCome = new Promise<void>((go, refuse) => void queues[urgency].push({ go, refuse }));
    if (!isTaken) pause();
    return turnHasCome;
  }

  function end(): void {
    turn += 1;
    const isPatient = queues.urgent.length === 0 && queues.patient.length > 0;
    if (!isPatient || !lastsTooLong()) return pass();
    isTaken = false;
    pause();
  }

  function lastsTooLong(): boolean {
    const nowMs = performance.now();
    if (sinceMs === undefined) {
      sinceMs = nowMs;
      setImmediate(() => (sinceMs = undefined));
    }
    return nowMs - sinceMs >= PAUSE_AFTER_MS;
  }

  /** Whoever is in a hurry does not wait for its end. */
  function pause(): void {
    if (isPausing) return;
    isPausing = true;
    setImmediate(() => {
      isPausing = false;
      sinceMs = undefined;
      if (!isTaken) pass();
    });
  }

  /** The urgent first, then first come, first served; and now and then one that can wait, lest it wait for ever. */
  function pass(): void {
    const isOwed = hurried >= IN_A_ROW && queues.patient.length > 0;
    const urgent = isOwed ? undefined : queues.urgent.shift();
    hurried = urgent === undefined ? 0 : hurried + 1;
    const next = urgent ?? queues.patient.shift();
    isTaken = next !== undefined;
    next?.go();
  }

  return {
    async take(urgency, work) {
      await begin(urgency);
      try {
        return await work();
      } finally {
        end();
      }
    },
  };
}
