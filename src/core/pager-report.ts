/** What an outside pager tells us of its own course: that it paged, that somebody answered there. */
import { z } from 'zod';
import { Instant } from './ids.js';
import type { Incident } from './incident.js';

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

/** What each of them means, seen from the incident here. */
export const NEWS_WORDS: Readonly<Record<PagerNews, string>> = {
  triggered: 'it pages',
  acknowledged: 'somebody acknowledged there as well',
  unacknowledged: 'nobody is on it there any more',
  escalated: 'it escalated the page',
  delegated: 'the page went to another escalation policy',
  reassigned: 'the page was reassigned',
  resolved: 'the page was resolved there, which closes nothing here',
  reopened: 'the page was reopened there',
  'priority-updated': 'its priority was changed there',
};

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
  /** When the pager's own incident began, by its clock; null where it does not say. */
  beganAt: Instant.nullable().default(null),
  /** Who did it there: their id, and the name they go by; null for automation. */
  agent: z.object({ id: z.string(), name: z.string() }).nullable(),
});
export type PagerReport = z.infer<typeof PagerReport>;

/**
 * The dedup key under which our own pages go out, so that what the pager says about them finds its way back. Numbers come
 * again, after a database was made anew or restored: under the key of an older page, which somebody there has had long
 * since, the pager would take a new one and wake nobody. So the moment of its opening is part of it.
 */
export function pagerKeyOf({ name, openedAt }: Pick<Incident, 'name' | 'openedAt'>): string {
  return `haltline:${name}:${openedAt.replace(/\.\d+|[-:]/g, '')}`;
}

const KEY = /^(?:haltline:)?((?:INC|DRILL)-\d{1,9})(:\d{8}T\d{6}Z)?$/i;

/** The incident of a key that we gave out, or of a bare name; null for anybody else's key. */
export function incidentOfPagerKey(key: string): string | null {
  return KEY.exec(key.trim())?.[1]?.toUpperCase() ?? null;
}

/** Is it the key of an incident that had the same number at another time? */
export function isKeyOfAnother(key: string, incident: Pick<Incident, 'name' | 'openedAt'>): boolean {
  const [, , moment] = KEY.exec(key.trim()) ?? [];
  return moment !== undefined && !pagerKeyOf(incident).endsWith(moment.toUpperCase());
}

type Summarised = Pick<
  Incident,
  'name' | 'severity' | 'agentId' | 'tripwire' | 'declared' | 'isUmbrella' | 'members'
>;

/**
 * The line that people read at a pager. What an alert says may hold anything; what we say of it holds names of agents.yml
 * and tripwires.yml only. PagerDuty's webhooks have it as the title, and most of them no key at all: it has to be read
 * back by `incidentOfPagerSummary`.
 */
export function pagerSummaryOf({
  name,
  severity,
  agentId,
  tripwire,
  declared,
  isUmbrella,
  members,
}: Summarised): string {
  const what = tripwire === null ? 'an alert of no known tripwire' : `the ${tripwire} tripwire`;
  const how = declared === null ? `${what} fired` : 'somebody declared an incident';
  const whom = isUmbrella
    ? `several agents (${members.length} incidents)`
    : (agentId ?? 'an agent that is not in agents.yml');
  return `${name} ${severity.toUpperCase()}: ${how} for ${whom}`;
}

const SUMMARY =
  /(?:^|[^\w-])((?:INC|DRILL)-\d{1,9}) SEV[1-3]: (?:the [a-z-]{1,40} tripwire fired|an alert of no known tripwire fired|somebody declared an incident) for /;

/** The incident that a summary of ours names, also where rules of the pager have put words around it; null for other titles. */
export function incidentOfPagerSummary(title: string): string | null {
  return SUMMARY.exec(title.slice(0, 2_000))?.[1] ?? null;
}
