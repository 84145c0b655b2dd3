/**
 * An agent that reported and stopped. Nothing heard is never nothing done: the exporter may be broken, or the agent taken
 * over. How long a pause is usual is written in tripwires.yml, or learned from a whole week, its weekend included.
 */
import type { Measure } from './baseline.js';
import { KEPT_MINUTES } from './minute-series.js';
import { dayAndClock, minutesLong, named } from './wording.js';

/** A pause is unusual above this multiple of the longest one in the 8 days before, and never below an hour. */
const LEARNED_FACTOR = 1.5;
export const LEAST_LEARNED_MINUTES = 60;
/** Without a weekend in it, a history does not know how long a weekend is. */
const LEARNING_MINUTES = 6 * 1440;

export interface SilenceLimit {
  readonly minutes: number;
  /** The longest pause that it was learned from; null where the limit is written down. */
  readonly longestPause: number | null;
}

/** What the wire knows of one agent at one minute. */
export interface Quiet {
  readonly minute: number;
  /** null: never heard. */
  readonly lastSeen: number | null;
  /** Since when somebody has been listening without a break, and no incident explains the silence. */
  readonly listeningSince: number;
}

/** For how long nothing has been heard although somebody listened. */
export function quietMinutes({ minute, lastSeen, listeningSince }: Quiet): number {
  return minute - Math.max(lastSeen ?? listeningSince, listeningSince);
}

/** After how long silence is told; null while nobody knows. */
export function silenceLimit(
  afterMinutes: number | null,
  history: Measure,
  lastSeen: number | null,
): SilenceLimit | null {
  if (afterMinutes !== null) return { minutes: afterMinutes, longestPause: null };
  if (lastSeen === null) return null;
  const longestPause = longestPauseBefore(history, lastSeen);
  if (longestPause === null) return null;
  const minutes = Math.max(LEAST_LEARNED_MINUTES, Math.ceil(longestPause * LEARNED_FACTOR));
  return { minutes, longestPause };
}

export function silenceSentence(agentId: string, quiet: Quiet, limit: SilenceLimit): string {
  const since =
    quiet.lastSeen === null
      ? `nothing has ever been heard, for ${minutesLong(quietMinutes(quiet))}`
      : `nothing heard for ${minutesLong(quietMinutes(quiet))}, last at ${dayAndClock(quiet.lastSeen)}`;
  const against =
    limit.longestPause === null
      ? `limit ${minutesLong(limit.minutes)} as tripwires.yml says`
      : `longest pause in the 8 days before ${minutesLong(limit.longestPause)}, limit ${minutesLong(limit.minutes)}`;
  return `${named(agentId)}: ${since}, ${against} (UTC). Missing telemetry is not zero activity.`;
}

/** The longest pause in the 8 days up to a minute; null where there are fewer than six of them to look at. */
function longestPauseBefore(history: Measure, until: number): number | null {
  const from = until - KEPT_MINUTES;
  const minutes = history.flatMap((series) => minutesBetween(series, from, until)).toSorted((a, b) => a - b);
  const [first] = minutes;
  if (first === undefined || until - first < LEARNING_MINUTES) return null;
  let longest = 0;
  for (const [index, minute] of minutes.entries())
    longest = Math.max(longest, minute - (minutes[index - 1] ?? minute));
  return longest;
}

function minutesBetween(series: Measure[number], from: number, until: number): number[] {
  const minutes: number[] = [];
  for (let index = series.indexFrom(from); index < series.length && series.minuteAt(index) <= until; index++)
    minutes.push(series.minuteAt(index));
  return minutes;
}
