import { randomUUID } from 'node:crypto';

/** Where a UUID's version is followed by nothing but lots (and its variant). */
const DRAWN = 15;

/** A UUIDv7: unique everywhere, sorts by time. Its lots are those of a version 4, which Node draws in advance. */
export function mintActionId(wallMs: number): string {
  const time = Math.floor(wallMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(DRAWN)}`;
}
