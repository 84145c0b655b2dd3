/** A week of an agent's ordinary spending, and then an agent that does not stop. */
import type { ActionRecord } from '../../src/core/action-record.js';
import { aCall, anInference, DAY, HOUR, MINUTE } from './action-records.js';

export interface Runaway {
  /** When it ends; the week before it is quiet. */
  readonly untilMs: number;
  /** How long it has been going on by then. */
  readonly minutes: number;
  readonly usdPerMinute: number;
}

let made = 0;

/** As if it had been reported two seconds after it happened. */
function reported(record: ActionRecord): ActionRecord {
  made += 1;
  return {
    ...record,
    receivedAtMs: record.atMs + 2_000,
    traceId: made.toString(16).padStart(32, '0'),
    spanId: made.toString(16).padStart(16, '0'),
    actionId: `act-${made}`,
  };
}

/** Ten cents every ten minutes for eight days: 60 cents in any hour. */
export function aQuietWeek(untilMs: number): ActionRecord[] {
  const count = (8 * DAY) / (10 * MINUTE);
  return Array.from({ length: count }, (_, index) =>
    reported(anInference(0.1, { atMs: untilMs - 8 * DAY + index * 10 * MINUTE })),
  );
}

export function aRunaway({ untilMs, minutes, usdPerMinute }: Runaway): ActionRecord[] {
  return Array.from({ length: minutes }, (_, index) =>
    reported(anInference(usdPerMinute, { atMs: untilMs - (minutes - index) * MINUTE })),
  );
}

/** One call of a tool every hour of a week, and then `calls` of it within five minutes. */
export function aBurst(tool: string, calls: number, untilMs: number): ActionRecord[] {
  const before = Array.from({ length: 7 * 24 }, (_, index) =>
    reported(aCall(tool, { atMs: untilMs - 7 * DAY - HOUR + index * HOUR })),
  );
  const burst = Array.from({ length: calls }, (_, index) =>
    reported(aCall(tool, { atMs: untilMs - 4 * MINUTE + Math.floor((index * 3 * MINUTE) / calls) })),
  );
  return [...before, ...burst];
}
