/** From the events of one stream to the incident they tell of. Pure: the same events give the same incident. */
import { acknowledgementSource } from './acknowledgement.js';
import { EMPTY_CHAIN, type LinkName } from './detection-chain.js';
import { afterFailure, afterOrder, afterYes } from './fold-pagers.js';
import { applyToMembers, applyToUmbrella } from './fold-umbrella.js';
import { incidentName, type Instant } from './ids.js';
import type { IncidentEvent, IncidentStatus } from './incident-events.js';
import type { Incident, Page, Recorded } from './incident.js';
import { pagerTitle } from './pager.js';
import { applyToChecklists, startBudgets } from './rollback.js';
import { severitySet } from './severity.js';

/** The incident, or undefined where the stream does not begin with its opening. */
export function foldIncident(history: readonly Recorded<IncidentEvent>[]): Incident | undefined {
  const [first, ...rest] = history;
  if (first?.event.type !== 'incident:opened') return undefined;
  return rest.reduce(applyIncidentEvent, opened(first, first.event));
}

function opened(
  recorded: Recorded<IncidentEvent>,
  { data, private: secret }: Extract<IncidentEvent, { type: 'incident:opened' }>,
): Incident {
  const declared = data.declared;
  const action =
    declared === null
      ? null
      : { at: declared.surfacedAt, recordedBy: recorded.actorId, source: `surfaced by ${declared.surfaced}` };
  return {
    name: incidentName(data.kind, data.number),
    number: data.number,
    kind: data.kind,
    title: secret?.title ?? '(erased)',
    summary: secret?.summary ?? '',
    agentId: data.agentId,
    agentLabel: data.agentLabel,
    tripwire: data.tripwire,
    declared,
    drillId: data.drillId,
    ...severitySet(data.severity, data.severity),
    status: 'open',
    openedAt: recorded.occurredAt,
    channelName: data.channelName,
    channelId: null,
    chain: { ...EMPTY_CHAIN, action },
    alerts: [],
    pages: [],
    pagers: [],
    isUmbrella: data.umbrella === true,
    members: [],
    umbrella: null,
    roles: {},
    harmConfirmedAt: null,
    haltIds: [],
    containedAt: null,
    checklists: [],
    degraded: [],
    notes: [],
    updates: [],
    postMortem: null,
    closedAt: null,
  };
}

/** One event further. Exported for readings that need to know which event changed what. */
export function applyIncidentEvent(incident: Incident, recorded: Recorded<IncidentEvent>): Incident {
  const { event } = recorded;
  switch (event.type) {
    case 'incident:opened':
      return incident;
    case 'alert:received':
      return alerted(incident, recorded, event);
    case 'alert:resolved':
      return {
        ...incident,
        alerts: incident.alerts.map((alert) =>
          alert.dedupKey === event.data.dedupKey ? { ...alert, resolvedAt: event.data.at } : alert,
        ),
      };
    case 'channel:created':
      return { ...incident, channelId: event.data.channelId, channelName: event.data.channelName };
    case 'channel:degraded':
      return { ...incident, degraded: [...incident.degraded, event.data] };
    case 'page:ordered':
      return ordered(incident, recorded, event);
    case 'page:sent':
      return paged(incident, recorded, event);
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
    case 'member:linked':
    case 'member:closed':
      return { ...incident, members: applyToMembers(incident.members, event) };
    case 'umbrella:linked':
    case 'umbrella:closed':
      return { ...incident, umbrella: applyToUmbrella(incident.umbrella, event) };
    case 'umbrella:paged':
      return sharedPage(incident, recorded, event);
    case 'link:supplied':
      return supplied(incident, recorded, event);
    case 'role:assigned':
      return { ...incident, roles: { ...incident.roles, [event.data.role]: event.data.userId } };
    case 'severity:changed':
      return { ...incident, ...severitySet(event.data.to, incident.worstSeverity) };
    case 'status:changed':
      return statusSet(incident, recorded, event);
    case 'note:added':
      return {
        ...incident,
        notes: [
          ...incident.notes,
          {
            by: event.data.by,
            text: event.private?.text ?? '(erased)',
            originalAt: event.data.originalAt,
            permalink: event.data.permalink,
          },
        ],
      };
    case 'update:published':
      return {
        ...incident,
        updates: [...incident.updates, { ...event.data, text: event.private?.text ?? '(erased)' }],
      };
    case 'harm:confirmed':
      return { ...incident, harmConfirmedAt: incident.harmConfirmedAt ?? event.data.at };
    case 'halt:linked':
      return { ...incident, haltIds: [...incident.haltIds, event.data.haltId] };
    case 'containment:reached':
      return {
        ...incident,
        containedAt: incident.containedAt ?? event.data.at,
        checklists: applyToChecklists(incident.checklists, event, recorded.occurredAt),
      };
    case 'checklist:opened':
    case 'step:started':
    case 'step:done':
    case 'checklist:substituted':
    case 'checklist:verified':
    case 'budget:warned':
      return { ...incident, checklists: applyToChecklists(incident.checklists, event, recorded.occurredAt) };
    case 'press:refused':
    case 'tripwires:replayed':
      return incident;
    case 'post-mortem:drafted':
      return { ...incident, postMortem: { digest: event.data.digest, permalink: null } };
    case 'post-mortem:posted':
      return {
        ...incident,
        postMortem: { digest: incident.postMortem?.digest ?? '', permalink: event.data.permalink },
      };
    case 'incident:closed':
      return { ...incident, status: 'closed', closedAt: event.data.at };
  }
}

/** Going back before `contained` says that it was not: then the moment counts anew. */
function keptContainment({ containedAt }: Incident, to: IncidentStatus): Instant | null {
  return to === 'open' || to === 'acknowledged' ? null : containedAt;
}

/** The first alert that knows a link supplies it; the earliest firing is the Trigger. */
function alerted(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data, private: secret }: Extract<IncidentEvent, { type: 'alert:received' }>,
): Incident {
  const source = `alert from ${data.source}`;
  const withAlert: Incident = {
    ...incident,
    alerts: [
      ...incident.alerts,
      {
        source: data.source,
        dedupKey: data.dedupKey,
        title: secret?.title ?? '(erased)',
        summary: secret?.summary ?? '(erased)',
        startsAt: data.startsAt,
        link: data.link,
        tool: data.tool,
        actionClass: data.actionClass,
        actionIds: secret?.actionIds ?? [],
        resolvedAt: null,
      },
    ],
  };
  const times: readonly (readonly [LinkName, Instant | null])[] = [
    ['action', data.actionAt],
    ['signal', data.signalAt],
    ['trigger', data.startsAt],
  ];
  return times.reduce(
    (next, [link, at]) => (at === null ? next : linked(next, link, at, recorded.actorId, source, false)),
    withAlert,
  );
}

function paged(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data }: Extract<IncidentEvent, { type: 'page:sent' }>,
): Incident {
  const sent = withPage(incident, data.pageId, (page) => ({
    ...page,
    sentTo: [...page.sentTo, { userId: data.userId, at: data.at }],
  }));
  return linked(sent, 'page', data.at, recorded.actorId, 'first page that Slack accepted', false);
}

function ordered(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data }: Extract<IncidentEvent, { type: 'page:ordered' }>,
): Incident {
  const { pagers = [], ...page } = data;
  const at = recorded.occurredAt;
  return {
    ...incident,
    pages: [...incident.pages, { ...page, orderedAt: at, sentTo: [], failures: [] }],
    pagers: afterOrder(incident.pagers, pagers, at),
  };
}

/** A pager that says yes has paged: whoever was first, it or Slack, is the Page of the chain. */
function told(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data }: Extract<IncidentEvent, { type: 'pager:accepted' }>,
): Incident {
  const next = { ...incident, pagers: afterYes(incident.pagers, data) };
  if (data.verb !== 'trigger') return next;
  const source = `first page that ${pagerTitle(data.pager)} accepted`;
  return linked(next, 'page', data.at, recorded.actorId, source, false);
}

function sharedPage(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data }: Extract<IncidentEvent, { type: 'umbrella:paged' }>,
): Incident {
  return linked(incident, 'page', data.at, recorded.actorId, `page of the umbrella ${data.umbrella}`, false);
}

function acknowledged(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data }: Extract<IncidentEvent, { type: 'page:acknowledged' }>,
): Incident {
  const source = acknowledgementSource(data);
  const next = linked(incident, 'acknowledgement', data.at, recorded.actorId, source, false);
  return next.status === 'open' ? { ...next, status: 'acknowledged' } : next;
}

/** Containment declared by hand starts the budgets as the proven one does; whichever came first counts. */
function statusSet(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data }: Extract<IncidentEvent, { type: 'status:changed' }>,
): Incident {
  const next = { ...incident, status: data.to };
  if (data.to !== 'contained') return { ...next, containedAt: keptContainment(incident, data.to) };
  const containedAt = incident.containedAt ?? recorded.occurredAt;
  return { ...next, containedAt, checklists: startBudgets(incident.checklists, containedAt) };
}

function supplied(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data, private: secret }: Extract<IncidentEvent, { type: 'link:supplied' }>,
): Incident {
  return linked(incident, data.link, data.at, recorded.actorId, secret?.source ?? '(erased)', true);
}

/** A link once known stays; only a scribe who names a source replaces it. */
function linked(
  incident: Incident,
  link: LinkName,
  at: Instant,
  recordedBy: string,
  source: string,
  replaces: boolean,
): Incident {
  if (incident.chain[link] !== null && !replaces) return incident;
  return { ...incident, chain: { ...incident.chain, [link]: { at, recordedBy, source } } };
}

function withPage(incident: Incident, pageId: string, change: (page: Page) => Page): Incident {
  return { ...incident, pages: incident.pages.map((page) => (page.pageId === pageId ? change(page) : page)) };
}
