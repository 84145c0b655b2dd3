/**
 * A pager reaches people outside Slack: a paging service or a webhook. It is told of each page of an incident, and,
 * under the same key, that somebody is on it and that it is closed. It is believed to have paged only once it has said so.
 */
import { z } from 'zod';
import type { Instant } from './ids.js';
import type { PagerNews } from './pager-report.js';

/** The pagers there are; each is configured at most once. */
export const PagerName = z.enum(['pagerduty', 'webhook']);
export type PagerName = z.infer<typeof PagerName>;

/** trigger: wake somebody. acknowledge: somebody is on it. resolve: it is closed. */
export const PagerVerb = z.enum(['trigger', 'acknowledge', 'resolve']);
export type PagerVerb = z.infer<typeof PagerVerb>;

/** What one pager made of one incident. */
export interface PagerDelivery {
  readonly pager: string;
  /** When the first page for it was ordered. */
  readonly orderedAt: Instant;
  /** When it first took a page; null while nobody can be said to have been paged there. */
  readonly toldAt: Instant | null;
  /** The pages that it took. */
  readonly accepted: readonly string[];
  /** What it does not take at the moment; null while all is well. */
  readonly failing: PagerTrouble | null;
  /** What it said last of its own course; null where it has said nothing that is no link of the chain. */
  readonly said: { readonly news: PagerNews; readonly at: Instant } | null;
}

export interface PagerTrouble {
  readonly verb: PagerVerb;
  /** Static words and codes, never what the other side wrote. */
  readonly error: string;
  readonly attempts: number;
  readonly since: Instant;
  /** True where it was refused, so that it is not tried again. */
  readonly final: boolean;
}

/** How a pager is, over all incidents. */
export const PagerHealth = z.object({
  /** Null while its last answer was a good one, or it was never asked. */
  failing: z
    .object({
      since: z.string(),
      error: z.string(),
      /** The incident whose page failed last. */
      incident: z.string(),
    })
    .nullable(),
  lastAcceptedAt: z.string().nullable(),
});
export type PagerHealth = z.infer<typeof PagerHealth>;

export const UNTRIED: PagerHealth = { failing: null, lastAcceptedAt: null };

/** What people call it. */
export function pagerTitle(pager: string): string {
  if (pager === 'pagerduty') return 'PagerDuty';
  return pager === 'webhook' ? 'The webhook pager' : pager;
}

/** The same where something happened there. */
export function atPager(pager: string): string {
  return pager === 'webhook' ? 'at the webhook pager' : `in ${pagerTitle(pager)}`;
}
