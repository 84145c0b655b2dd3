/** What the events of an incident say about whom was called, by whom, and who answered. */
import { acknowledgementSource } from './acknowledgement.js';
import { withLink } from './detection-chain.js';
import { afterFailure, afterOrder, afterReport, afterYes } from './fold-pagers.js';
import type { IncidentEvent } from './incident-events.js';
import type { Incident, Page, Recorded } from './incident.js';
import { pagerTitle } from './pager.js';

const OF_PAGES = [
  'page:ordered',
  'page:sent',
  'page:failed',
  'page:acknowledged',
  'pager:accepted',
  'pager:failed',
  'pager:reported',
  'umbrella:paged',
] as const satisfies readonly IncidentEvent['type'][];
const TYPES: ReadonlySet<IncidentEvent['type']> = new Set(OF_PAGES);

type Of<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;
export type PageEvent = Of<(typeof OF_PAGES)[number]>;

export function isPageEvent(event: IncidentEvent): event is PageEvent {
  return TYPES.has(event.type);
}

/** One event further; who wrote it down and when is in `recorded`. */
export function applyToPages(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  event: PageEvent,
): Incident {
  switch (event.type) {
    case 'page:ordered':
      return ordered(incident, recorded, event);
    case 'page:sent':
      return sent(incident, recorded, event);
    case 'page:failed':
      return withPage(incident, event.data.pageId, (page) => ({
        ...page,
        failures: [...page.failures, event.data],
      }));
    case 'page:acknowledged':
      return acknowledged(incident, recorded, event);
    case 'pager:accepted':
      return told(incident, recorded, event);
    case 'pager:failed':
      return { ...incident, pagers: afterFailure(incident.pagers, event.data) };
    case 'pager:reported':
      return { ...incident, pagers: afterReport(incident.pagers, event.data) };
    case 'umbrella:paged':
      return paged(incident, recorded, {
        ...event.data,
        source: `page of the umbrella ${event.data.umbrella}`,
      });
  }
}

function ordered(
  incident: Incident,
  { occurredAt: at }: Recorded<IncidentEvent>,
  { data }: Of<'page:ordered'>,
): Incident {
  const { pagers = [], ...page } = data;
  return {
    ...incident,
    pages: [...incident.pages, { ...page, orderedAt: at, sentTo: [], failures: [] }],
    pagers: afterOrder(incident.pagers, pagers, at),
  };
}

function sent(incident: Incident, recorded: Recorded<IncidentEvent>, { data }: Of<'page:sent'>): Incident {
  const { pageId, userId, at } = data;
  const next = withPage(incident, pageId, (page) => ({ ...page, sentTo: [...page.sentTo, { userId, at }] }));
  return paged(next, recorded, { at, source: 'first page that Slack accepted' });
}

/** A pager that says yes has paged: whoever was first, it or Slack, is the Page of the chain. */
function told(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data }: Of<'pager:accepted'>,
): Incident {
  const next = { ...incident, pagers: afterYes(incident.pagers, data) };
  if (data.verb !== 'trigger') return next;
  return paged(next, recorded, { at: data.at, source: `first page that ${pagerTitle(data.pager)} accepted` });
}

function paged(
  incident: Incident,
  { actorId: recordedBy }: Recorded<IncidentEvent>,
  { at, source }: { readonly at: string; readonly source: string },
): Incident {
  return { ...incident, chain: withLink(incident.chain, 'page', { at, recordedBy, source }) };
}

function acknowledged(
  incident: Incident,
  { actorId: recordedBy }: Recorded<IncidentEvent>,
  { data, private: secret }: Of<'page:acknowledged'>,
): Incident {
  const by = secret?.by;
  const source = acknowledgementSource(data);
  const link = { at: data.at, recordedBy, source, ...(by !== undefined && { by }) };
  const next = { ...incident, chain: withLink(incident.chain, 'acknowledgement', link) };
  return next.status === 'open' ? { ...next, status: 'acknowledged' } : next;
}

function withPage(incident: Incident, pageId: string, change: (page: Page) => Page): Incident {
  return { ...incident, pages: incident.pages.map((page) => (page.pageId === pageId ? change(page) : page)) };
}
