import type { Review } from '../../core/action-record.js';
import { SLOT } from './attribute-names.js';
import { countOf, flagOf, nameAt } from './slot-values.js';
import type { Slots, Value } from './types.js';

/** Who sees an artifact, in the words that make it the customer's. */
const VISIBLE = new Set(['customer', 'customers', 'customer-visible', 'external', 'public']);

export function isCustomerVisible(slots: Slots): boolean {
  const visibility = slots[SLOT.artifactVisibility];
  return visibility === true || (typeof visibility === 'string' && VISIBLE.has(visibility.toLowerCase()));
}

const REVIEW = [
  SLOT.reviewId,
  SLOT.reviewRequired,
  SLOT.reviewPresentedAt,
  SLOT.reviewDecidedAt,
  SLOT.reviewer,
  SLOT.reviewDigest,
] as const;

/** The review that the span tells of; null where it tells of none. One that does not say otherwise was required. */
export function reviewOf(slots: Slots): Review | null {
  if (REVIEW.every((slot) => slots[slot] === undefined)) return null;
  return {
    required: flagOf(slots[SLOT.reviewRequired]) ?? true,
    presentedAtMs: instantOf(slots[SLOT.reviewPresentedAt]),
    decidedAtMs: instantOf(slots[SLOT.reviewDecidedAt]),
    reviewer: nameAt(slots, SLOT.reviewer),
    approvedDigest: nameAt(slots, SLOT.reviewDigest),
    executedDigest: nameAt(slots, SLOT.artifactDigest),
    words: countOf(slots[SLOT.artifactWords]),
  };
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
/** Milliseconds since the epoch between 2001 and 2286: anything else may be seconds or nanoseconds. */
const EARLIEST_MS = 1e12;
const LATEST_MS = 1e13;

/** ISO 8601 with its offset, or milliseconds since the epoch; anything else is no time that we would have to guess at. */
function instantOf(value: Value | undefined): number | null {
  if (typeof value === 'string' && ISO.test(value)) {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? null : parsed;
  }
  const milliseconds = countOf(value);
  return milliseconds !== null && milliseconds >= EARLIEST_MS && milliseconds < LATEST_MS
    ? milliseconds
    : null;
}
