import { randomUUID } from 'node:crypto';

/** Where a UUID's version is followed by nothing but lots (and its variant). */
const DRAWN = 15;

/** The first part, of the millisecond in which the last one was made: many are made in each. */
let first = { ms: -1, text: '' };

/** A UUIDv7: unique everywhere, sorts by time. Its lots are those of a version 4, which Node draws in advance. */
export function mintActionId(wallMs: number): string {
  const ms = Math.floor(wallMs);
  if (first.ms !== ms) {
    const time = ms.toString(16).padStart(12, '0');
    first = { ms, text: `${time.slice(0, 8)}-${time.slice(8, 12)}-7` };
  }
  return first.text + randomUUID().slice(DRAWN);
}
