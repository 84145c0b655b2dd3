import type { IncidentEvent } from './incident-events.js';
import { atPager } from './pager.js';

/** Who is on it and how we know: the source of the chain's last link. */
export function acknowledgementSource({
  userId,
  pager,
  umbrella,
}: Extract<IncidentEvent, { type: 'page:acknowledged' }>['data']): string {
  const above = umbrella === undefined ? '' : ` on the umbrella ${umbrella}`;
  if (pager === undefined) return `pressed by ${userId}${above}`;
  return `acknowledged ${atPager(pager)} by ${userId}${above}`;
}
