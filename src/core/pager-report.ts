/** What an outside pager tells us of its own course: that it paged, that somebody answered there. */
import { z } from 'zod';
import { Instant } from './ids.js';

/** Of these, `triggered` is a Page and `acknowledged` an Acknowledgement of the detection chain; the others are noted. */
export const PagerNews = z.enum([
  'triggered',
  'acknowledged',
  'unacknowledged',
  'escalated',
  'delegated',
  'reassigned',
  'resolved',
  'reopened',
  'priority-updated',
]);
export type PagerNews = z.infer<typeof PagerNews>;

export const PagerReport = z.object({
  /** Which pager: `pagerduty`. */
  pager: z.string(),
  news: PagerNews,
  /** When it happened there. */
  at: Instant,
  /** Our incident by name, where the pager carries it. */
  incident: z.string().nullable(),
  /** Else the alerts that may have opened it, by dedup key: the first that we know counts. */
  dedupKeys: z.array(z.string()),
  /** The pager's own name for it. */
  reference: z.string(),
  /** Who did it there: their id, and the name they go by; null for automation. */
  agent: z.object({ id: z.string(), name: z.string() }).nullable(),
});
export type PagerReport = z.infer<typeof PagerReport>;

/** The dedup key under which our own pages go out, so that what the pager says about them finds its way back. */
export function pagerKeyOf(incident: string): string {
  return `haltline:${incident}`;
}

/** The incident of a key that we gave out, or of a bare name; null for anybody else's key. */
export function incidentOfPagerKey(key: string): string | null {
  return /^(?:haltline:)?((?:INC|DRILL)-\d{1,9})$/i.exec(key.trim())?.[1]?.toUpperCase() ?? null;
}
