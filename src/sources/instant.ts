import { Instant } from '../core/ids.js';

/** An RFC 3339 time as an Instant in UTC; null for anything else: a time is never guessed. */
export function instantOf(text: string): Instant | null {
  const parsed = Instant.safeParse(text.trim());
  const ms = parsed.success ? Date.parse(parsed.data) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
