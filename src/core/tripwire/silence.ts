/**
 * An agent that reported and stopped. Nothing heard is never nothing done: the exporter may be broken, or the agent taken
 * over. How long a pause is usual is written in tripwires.yml, or learned from a whole week, its weekend included.
 */
import type { Measure, MinuteRange } from './baseline.js';
import { KEPT_MINUTES } from './minute-series.js';
import { dayAndClock, minutesLong, named } from './wording.js';

/** A pause is unusual above this multiple of the longest one in the 8 days before, and never below an hour. */
const LEARNED_FACTOR = 1.5;
export const LEAST_LEARNED_MINUTES = 60;
/** A clock that was not told for longer: nobody has listened, so that nobody can be called silent for it. */
export const LISTENING_GAP_MINUTES = 10;
/** Without a weekend in it, a history does not know how long a weekend is. */
const LEARNING_MINUTES = 6 * 1440;

export interface SilenceLimit {
  readonly minutes: number;
  /** The longest pause that it was learned from; null where the limit is written down. */
  readonly longestPause: number | null;
}

/** When an agent was heard, and the times of incidents: what explains a pause says nothing about what is usual. */
export interface Heard {
  readonly history: Measure;
  readonly lastSeen: number | null;
  readonly excluded: readonly MinuteRange[];
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
export function silenceLimit(afterMinutes: number | null, heard: Heard): SilenceLimit | null {
  if (afterMinutes !== null) return { minutes: afterMinutes, longestPause: null };
  const longestPause = heard.lastSeen === null ? null : longestUsualPause(heard, heard.lastSeen);
  if (longestPause === null) return null;
  const minutes = Math.max(LEAST_LEARNED_MINUTES, Math.ceil(longestPause * LEARNED_FACTOR));
  return { minutes, longestPause };
}

export function silenceSentence(agentId: string, quiet: Quiet, limit: SilenceLimit): string {
  const against =
    limit.longestPause === null
      ? `limit ${minutesLong(limit.minutes)} as tripwires.yml says`
      : `longest pause in the 8 days before ${minutesLong(limit.longestPause)}, limit ${minutesLong(limit.minutes)}`;
  return `${named(agentId)}: ${heardWords(quiet)}, ${against} (UTC). Missing telemetry is not zero activity.`;
}

function heardWords(quiet: Quiet): string {
  const { minute, lastSeen } = quiet;
  const counted = minutesLong(quietMinutes(quiet));
  if (lastSeen === null) return `nothing has ever been heard, for ${counted}`;
  const heard = `nothing heard for ${minutesLong(minute - lastSeen)}, last at ${dayAndClock(lastSeen)}`;
  if (quiet.listeningSince - lastSeen <= LISTENING_GAP_MINUTES) return heard;
  return `${heard} (${counted} of it count: before, nobody listened, or an incident or a halt explained it)`;
}

/**
 * The longest pause in the 8 days up to a minute that no incident touches; null where there are fewer than six of them to
 * look at. Where incidents leave fewer than six, those count like any other time.
 */
function longestUsualPause({ history, excluded }: Heard, until: number): number | null {
  const from = until - KEPT_MINUTES;
  const minutes = history.flatMap((series) => minutesBetween(series, from, until)).toSorted((a, b) => a - b);
  const [first] = minutes;
  if (first === undefined || until - first < LEARNING_MINUTES) return null;
  let [longest, longestUsual, usualMinutes] = [0, 0, 0];
  for (const [index, minute] of minutes.entries()) {
    const before = minutes[index - 1] ?? minute;
    const pause = minute - before;
    longest = Math.max(longest, pause);
    if (touches(excluded, before, minute)) continue;
    longestUsual = Math.max(longestUsual, pause);
    usualMinutes += pause;
  }
  return usualMinutes < LEARNING_MINUTES ? longest : longestUsual;
}

function touches(ranges: readonly MinuteRange[], from: number, to: number): boolean {
  return ranges.some((range) => range.from <= to && range.to >= from);
}

function minutesBetween(series: Measure[number], from: number, until: number): number[] {
  const minutes: number[] = [];
  for (let index = series.indexFrom(from); index < series.length && series.minuteAt(index) <= until; index++)
    minutes.push(series.minuteAt(index));
  return minutes;
}
