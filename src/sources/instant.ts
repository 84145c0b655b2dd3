import { Instant } from '../core/ids.js';

/** An RFC 3339 time as an Instant in UTC; null for anything else: a time is never guessed. Small letters, and a space for the T, are RFC 3339 too. */
export function instantOf(text: string): Instant | null {
  const parsed = Instant.safeParse(text.trim().toUpperCase().replace(' ', 'T'));
  return parsed.success ? instantOfMs(Date.parse(parsed.data)) : null;
}

/** `2026-08-23T04:15:30.123+0000`: what AWS writes is RFC 3339 but for the colon in the zone. */
export function instantOfAws(text: string): Instant | null {
  return instantOf(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
}

/** Milliseconds since 1970, as a number or in digits; null for what is none or beyond the year 9999. */
export function instantOfMs(ms: number | string): Instant | null {
  if (typeof ms === 'string' && !/^\d{1,15}$/.test(ms)) return null;
  const number = Number(ms);
  return Number.isFinite(number) && Math.abs(number) < 253_402_300_800_000
    ? new Date(number).toISOString()
    : null;
}
