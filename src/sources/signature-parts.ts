/** What the signature schemes have in common. */
import type { Headers, Verdict } from './types.js';

export const VALID: Verdict = { kind: 'valid' };

/** More in one header is no rotation but an attempt to make us work. */
const MOST_SIGNATURES = 20;

export function refused(why: string): Verdict {
  return { kind: 'refused', why };
}

/** The verdict over secrets that were tried: the same words whichever of them failed. */
export function judged(fits: boolean): Verdict {
  return fits
    ? VALID
    : refused('The signature fits none of the secrets that are set. Compare them with what the sender uses.');
}

/** The one value of a header; undefined where it is missing or came twice. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}

/** The parts of a header that lists several signatures; empty for an unreasonable number. */
export function listedIn(header: string, separator: string): readonly string[] {
  const parts = header.split(separator, MOST_SIGNATURES + 1).map((part) => part.trim());
  return parts.length > MOST_SIGNATURES ? [] : parts.filter((part) => part !== '');
}

/** Why a time of sending cannot be accepted; null where it can. `seconds` as the header has it. */
export function staleness(
  seconds: string,
  { nowMs, toleranceSeconds }: { readonly nowMs: number; readonly toleranceSeconds: number },
): string | null {
  if (!/^\d{1,12}$/.test(seconds)) return 'Its time is not in seconds since 1970.';
  const apart = Math.abs(nowMs / 1000 - Number(seconds));
  if (apart <= toleranceSeconds) return null;
  return `It was sent ${Math.round(apart)} s away from our clock; ${toleranceSeconds} s are allowed. Compare the clocks.`;
}
