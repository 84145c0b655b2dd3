/** What a webhook pager posts back about a page that it was told: `page.acknowledged` and the like, under our key. */
import { z } from 'zod';
import type { Instant } from '../../core/ids.js';
import { incidentOfPagerKey, PagerNews, type PagerReport } from '../../core/pager-report.js';
import { instantOf } from '../instant.js';
import type { StandardWebhook } from './schema.js';

const Id = z.string().trim().min(1).max(200);

/** `dedupKey` as it was in our message, or the name of the incident; `by` is left out for whatever is no person. */
const PageNews = z.object({
  dedupKey: Id.nullish(),
  incident: Id.nullish(),
  by: z.object({ id: Id, name: z.string().max(200).nullish() }).nullish(),
});

/** Null for whatever is no word about a page of ours: that is an alert. */
export function pageReport(
  { type, timestamp, data }: StandardWebhook,
  { deliveryId, now }: { readonly deliveryId: string | null; readonly now: Instant },
): PagerReport | null {
  const [noun, verb = ''] = type.split('.', 2);
  const news = PagerNews.safeParse(verb.replaceAll('_', '-'));
  const told = PageNews.safeParse(data);
  if (noun !== 'page' || !news.success || !told.success) return null;
  const { dedupKey, incident: name, by } = told.data;
  const incident = incidentOfPagerKey(dedupKey ?? name ?? '');
  if (incident === null) return null;
  return {
    pager: 'webhook',
    news: news.data,
    at: instantOf(String(timestamp ?? '')) ?? now,
    incident,
    dedupKeys: dedupKey ? [dedupKey] : [],
    reference: deliveryId ?? incident,
    beganAt: null,
    agent: by ? { id: by.id, name: by.name ?? by.id } : null,
  };
}
