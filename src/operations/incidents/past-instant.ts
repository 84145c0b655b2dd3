import { isValid, parseISO } from 'date-fns';
import { DomainError } from '../../core/errors.js';
import { Instant } from '../../core/ids.js';

/**
 * A moment that somebody typed or picked, as UTC. DomainError `invalid-input` where it is no moment or lies
 * ahead of `now`: nothing that is told of an incident can happen later than the telling.
 */
export function pastInstant(text: string, now: Instant, what: string): Instant {
  const parsed = Instant.safeParse(text.trim());
  const moment = parsed.success ? parseISO(parsed.data) : undefined;
  if (moment === undefined || !isValid(moment)) {
    throw new DomainError(
      'invalid-input',
      `${what} must be a time with its zone, like 2026-11-20T03:12:00Z or 2026-11-20T04:12:00+01:00.`,
    );
  }
  const at = moment.toISOString();
  if (at > now) {
    throw new DomainError(
      'invalid-input',
      `${what} lies in the future (now is ${now}). Give a time that has passed.`,
    );
  }
  return at;
}
