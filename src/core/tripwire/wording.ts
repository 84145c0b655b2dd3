/** Numbers and times as they stand in sentences. Times are UTC: whoever reads them may be anywhere. */
import { startOfMinute } from './rollup.js';

const LONGEST_NAME = 80;

/** `$41.20`, with more digits where cents would show nothing. */
export function usd(amount: number): string {
  const digits = amount !== 0 && Math.abs(amount) < 0.01 ? 6 : 2;
  return `$${grouped(amount.toFixed(digits))}`;
}

/** Two amounts that differ are shown so that they differ. */
export function usdPair(one: number, other: number): [string, string] {
  for (let digits = 2; digits <= 9; digits++) {
    const [left, right] = [one.toFixed(digits), other.toFixed(digits)];
    if (left !== right || one === other) return [`$${grouped(left)}`, `$${grouped(right)}`];
  }
  return [`$${one}`, `$${other}`];
}

/** `1,234`; halves, which medians may have, with their digit. */
export function count(amount: number): string {
  return grouped(Number.isInteger(amount) ? String(amount) : amount.toFixed(1));
}

/** `1 call`, `2 calls`. */
export function counted(amount: number, noun: string): string {
  return `${count(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `131 active hours`, as far as they are full. */
export function activeHours(hours: number): string {
  return counted(Math.floor(hours), 'active hour');
}

/** Why a cap holds and no median: `1 active hour of history is too few for a median`. */
export function shortHistory(hours: number): string {
  const are = Math.floor(hours) === 1 ? 'is' : 'are';
  return `${activeHours(hours)} of history ${are} too few for a median`;
}

/** Why the limit is no multiple of the median, where it is not. */
export function floorWords({ isFloor }: { readonly isFloor: boolean }): string {
  return isFloor ? ' (the floor)' : '';
}

/** `03:12`, the minute of the day in UTC. */
export function clock(minute: number): string {
  return new Date(startOfMinute(minute)).toISOString().slice(11, 16);
}

/** `2026-11-20 03:12`. */
export function dayAndClock(minute: number): string {
  return new Date(startOfMinute(minute)).toISOString().slice(0, 16).replace('T', ' ');
}

/** `45 min`, `3 h 12 min`, `2 d 4 h`. */
export function minutesLong(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  return joined(Math.floor(minutes / 1440), 'd', Math.floor((minutes % 1440) / 60), 'h');
}

/** `4.2 s` below a minute and a half, `2 min 5 s` below an hour, hours beyond. */
export function secondsLong(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${Number((ms / 1000).toFixed(1))} s`;
  if (seconds < 3600) return joined(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  return minutesLong(Math.round(seconds / 60));
}

/** Two stretches of time that differ are shown so that they differ. */
export function secondsPair(one: number, other: number): [string, string] {
  const [left, right] = [secondsLong(one), secondsLong(other)];
  if (left !== right || one === other) return [left, right];
  return [`${grouped((one / 1000).toFixed(3))} s`, `${grouped((other / 1000).toFixed(3))} s`];
}

/** A name that an agent gave: one line, of a length that leaves room for the rest of the sentence. */
export function named(name: string): string {
  const line = name.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length <= LONGEST_NAME ? line : `${line.slice(0, LONGEST_NAME - 1)}…`;
}

function joined(...[many, unit, few, part]: [number, string, number, string]): string {
  return few === 0 ? `${many} ${unit}` : `${many} ${unit} ${few} ${part}`;
}

function grouped(digits: string): string {
  const [whole = '', rest] = digits.split('.');
  const groups = whole.replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
  return rest === undefined ? groups : `${groups}.${rest}`;
}
