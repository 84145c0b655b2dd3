/**
 * An order may carry a time at which people want to be asked whether it is still needed. It never ends by itself:
 * past that time it stands and asks, again and again, until somebody answers.
 */
import { addMinutes, differenceInMinutes, parseISO } from 'date-fns';
import type { Order } from './containment.js';
import { DomainError } from './errors.js';
import type { Instant } from './ids.js';

/** How long after one asking the next follows, while nobody answers. */
const REVIEW_INTERVAL_MINUTES = 30;

const SHORTEST_MINUTES = 1;
const LONGEST_MINUTES = 30 * 24 * 60;
const MINUTES_IN: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 1440 };

/** `45m`, `2h`, `1 d` in minutes. DomainError `invalid-input` says how it is written. */
function reviewMinutes(text: string): number {
  const match = /^(\d{1,5}) ?(m|min|h|d)$/i.exec(text.trim());
  const minutes = Number(match?.[1]) * (MINUTES_IN[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN);
  if (minutes >= SHORTEST_MINUTES && minutes <= LONGEST_MINUTES) return minutes;
  throw new DomainError(
    'invalid-input',
    `"${text}" is no review time. Write 30m, 2h or 1d, up to 30 days; the halt stands past it and asks.`,
  );
}

/** The moment that a distance such as `2h` means. */
export function reviewAfter(now: Instant, text: string): Instant {
  return addMinutes(now, reviewMinutes(text)).toISOString();
}

/** A review time that lies ahead, or none. DomainError `invalid-input` for any other. */
export function checkedReviewTime(reviewAt: Instant | null, now: Instant): Instant | null {
  if (reviewAt === null) return null;
  const ahead = differenceInMinutes(reviewAt, now);
  if (parseISO(reviewAt) > parseISO(now) && ahead <= LONGEST_MINUTES) return parseISO(reviewAt).toISOString();
  throw new DomainError(
    'invalid-input',
    'The review time has to lie ahead, by 30 days at most. Order again with another, or without one.',
  );
}

/** The round of asking that is due, from 1; 0 where none is, or this one has been asked. */
export function dueRound({ reviewAt, reviewsAsked, lifted, drill }: Order, now: Instant): number {
  if (reviewAt === null || lifted !== null || drill || now < reviewAt) return 0;
  const round = Math.floor(differenceInMinutes(now, reviewAt) / REVIEW_INTERVAL_MINUTES) + 1;
  return round > reviewsAsked ? round : 0;
}

/** "Still needed": the same distance again as before, from now on. */
export function nextReview({ reviewAt, reviewSetAt }: Order, now: Instant): Instant {
  const minutes = reviewAt === null ? REVIEW_INTERVAL_MINUTES : differenceInMinutes(reviewAt, reviewSetAt);
  return addMinutes(now, Math.max(REVIEW_INTERVAL_MINUTES, minutes)).toISOString();
}
