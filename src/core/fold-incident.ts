/** From the events of one stream to the incident they tell of. Pure: the same events give the same incident. */
import { endEpisode } from './alert-episodes.js';
import { EMPTY_CHAIN, withLink, type LinkName } from './detection-chain.js';
import { applyToPages, isPageEvent, type PageEvent } from './fold-pages.js';
import { applyToMembers, applyToUmbrella } from './fold-umbrella.js';
import { incidentName, type Instant } from './ids.js';
import type { IncidentEvent, IncidentStatus } from './incident-events.js';
import type { Incident, Note, Recorded, Update } from './incident.js';
import { applyToChecklists, isChecklistEvent, startBudgets, type ChecklistEvent } from './rollback.js';
import { severitySet } from './severity.js';

/** The incident, or undefined where the stream does not begin with its opening. */
export function foldIncident(history: readonly Recorded<IncidentEvent>[]): Incident | undefined {
  const [first, ...rest] = history;
  if (first?.event.type !== 'incident:opened') return undefined;
  return rest.reduce(applyIncidentEvent, opened(first, first.event));
}

function opened(
  recorded: Recorded<IncidentEvent>,
  { data, private: secret }: Of<'incident:opened'>,
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
    isContainmentProven: false,
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
  if (isPageEvent(event)) return applyToPages(incident, recorded, event);
  if (isChecklistEvent(event)) {
    const checklists = applyToChecklists(incident.checklists, event, recorded.occurredAt);
    return event.type === 'containment:reached'
      ? { ...proven(incident, event), checklists }
      : { ...incident, checklists };
  }
  return applied(incident, recorded, event);
}

function applied(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  event: Exclude<IncidentEvent, PageEvent | ChecklistEvent>,
): Incident {
  switch (event.type) {
    case 'incident:opened':
    case 'press:refused':
    case 'tripwires:replayed':
      return incident;
    case 'alert:received':
      return alerted(incident, recorded, event);
    case 'alert:resolved':
      return { ...incident, alerts: endEpisode(incident.alerts, event.data) };
    case 'channel:created':
      return { ...incident, channelId: event.data.channelId, channelName: event.data.channelName };
    case 'channel:degraded':
      return { ...incident, degraded: [...incident.degraded, event.data] };
    case 'member:linked':
    case 'member:closed':
      return { ...incident, members: applyToMembers(incident.members, event) };
    case 'umbrella:linked':
    case 'umbrella:closed':
      return { ...incident, umbrella: applyToUmbrella(incident.umbrella, event) };
    case 'link:supplied':
      return supplied(incident, recorded, event);
    case 'role:assigned':
      return { ...incident, roles: { ...incident.roles, [event.data.role]: event.data.userId } };
    case 'severity:changed':
      return { ...incident, ...severitySet(event.data.to, incident.worstSeverity) };
    case 'status:changed':
      return statusSet(incident, recorded, event);
    case 'note:added':
      return { ...incident, notes: [...incident.notes, noted(event)] };
    case 'update:published':
      return { ...incident, updates: [...incident.updates, updated(event)] };
    case 'harm:confirmed':
      return { ...incident, harmConfirmedAt: incident.harmConfirmedAt ?? event.data.at };
    case 'halt:linked':
      return { ...incident, haltIds: [...incident.haltIds, event.data.haltId] };
    case 'post-mortem:drafted':
      return { ...incident, postMortem: { digest: event.data.digest, permalink: null } };
    case 'post-mortem:posted':
      return { ...incident, postMortem: posted(incident, event) };
    case 'incident:closed':
      return { ...incident, status: 'closed', closedAt: event.data.at };
  }
}

type Of<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

function noted({ data, private: secret }: Of<'note:added'>): Note {
  const { by, originalAt, permalink } = data;
  return { by, text: secret?.text ?? '(erased)', originalAt, permalink };
}

function updated({ data, private: secret }: Of<'update:published'>): Update {
  return { ...data, text: secret?.text ?? '(erased)' };
}

function posted({ postMortem }: Incident, { data }: Of<'post-mortem:posted'>): Incident['postMortem'] {
  return { digest: postMortem?.digest ?? '', permalink: data.permalink };
}

function proven(incident: Incident, { data }: Of<'containment:reached'>): Incident {
  return { ...incident, containedAt: incident.containedAt ?? data.at, isContainmentProven: true };
}

/** Going back before `contained` says that it was not: then the moment counts anew, and the proof with it. */
function keptContainment(
  { containedAt, isContainmentProven }: Incident,
  to: IncidentStatus,
): Pick<Incident, 'containedAt' | 'isContainmentProven'> {
  if (to === 'open' || to === 'acknowledged') return { containedAt: null, isContainmentProven: false };
  return { containedAt, isContainmentProven };
}

/** The first alert that knows a link supplies it; of those in one post that is the one that began first. */
function alerted(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data, private: secret }: Of<'alert:received'>,
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
  const { actorId: recordedBy } = recorded;
  const chain = times.reduce(
    (known, [link, at]) => (at === null ? known : withLink(known, link, { at, recordedBy, source })),
    incident.chain,
  );
  return { ...withAlert, chain };
}

/** Containment declared by hand starts the budgets as the proven one does; whichever came first counts. */
function statusSet(
  incident: Incident,
  recorded: Recorded<IncidentEvent>,
  { data }: Of<'status:changed'>,
): Incident {
  const next = { ...incident, status: data.to };
  if (data.to !== 'contained') return { ...next, ...keptContainment(incident, data.to) };
  const containedAt = incident.containedAt ?? recorded.occurredAt;
  return { ...next, containedAt, checklists: startBudgets(incident.checklists, containedAt) };
}

/** Only a scribe who names a source replaces a link that is known. */
function supplied(
  incident: Incident,
  { actorId: recordedBy }: Recorded<IncidentEvent>,
  { data, private: secret }: Of<'link:supplied'>,
): Incident {
  const link = { at: data.at, recordedBy, source: secret?.source ?? '(erased)' };
  return { ...incident, chain: { ...incident.chain, [data.link]: link } };
}
