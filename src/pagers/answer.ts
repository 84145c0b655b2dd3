import type { Exchanged } from '../outgoing/exchange.js';
import { retryAfterMs } from '../outgoing/retry-after.js';
import type { PagerAnswer } from './types.js';

/** What a kind of pager means by its answers. */
export interface Manners {
  readonly isAccepted: (status: number) => boolean;
  /** Sent as it is, it will never be taken. */
  readonly isRefusal: (status: number) => boolean;
}

/** A page that comes after this is no page: asked to wait longer, we knock again all the same. */
const LONGEST_WAIT_MS = 60_000;
/** Nobody mends a wrong address or key within seconds, and nobody should have to repeat what waited for it. */
const MEND_MS = 15_000;

/** Whatever is neither taken nor refused is tried again: a redirect, a page of some proxy, a 404 that may be mended. */
export function answerOf(exchanged: Exchanged, { isAccepted, isRefusal }: Manners): PagerAnswer {
  if (exchanged.kind === 'failed') return { ...exchanged, retryAfterMs: null };
  const { status, retryAfter } = exchanged;
  if (isAccepted(status)) return { kind: 'accepted' };
  if (isRefusal(status)) return { kind: 'refused', error: `refused with ${status}` };
  const asked = retryAfterMs(retryAfter, LONGEST_WAIT_MS);
  return {
    kind: 'failed',
    error: wordsFor(status),
    retryAfterMs: asked ?? (isPassing(status) ? null : MEND_MS),
  };
}

/** Gone by itself, sooner or later. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

function wordsFor(status: number): string {
  if (status >= 300 && status < 400) return `answered ${status}: redirects are not followed`;
  if (status >= 200 && status < 300) return `answered ${status}, which does not say that it was taken`;
  return `answered ${status}`;
}
