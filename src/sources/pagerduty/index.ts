import { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import {
  incidentOfPagerKey,
  incidentOfPagerSummary,
  PagerNews,
  type PagerReport,
} from '../../core/pager-report.js';
import { dedupKeyOf } from '../dedup-key.js';
import { instantOf } from '../instant.js';
import { createNoteTaker, type NoteTaker } from '../note-taker.js';
import { readLabels } from '../read-labels.js';
import { severityOf } from '../severity-word.js';
import type { ParsedAlerts, Source, SourceContext } from '../types.js';
import { PagerDutyBody, PagerDutyIncident } from './schema.js';
import { pagerDutySignature } from './signature.js';

/**
 * PagerDuty webhooks v3, one event a post. What it says about a page of ours becomes a link of the chain. Such a page is
 * known by its key `haltline:INC-7:…`, or by our summary in its title: incidents that came by the Events API v2 have
 * `incident_key: null`. PagerDuty's own incidents are alerts as well, of agents that we know; others are none of our business.
 */
export const pagerduty: Source = {
  name: 'pagerduty',
  schema: z.toJSONSchema(PagerDutyBody, { io: 'input' }),
  recognises: (body) => z.object({ event: z.object({ event_type: z.string() }) }).safeParse(body).success,
  parse: (body, _headers, context) => {
    const { event } = PagerDutyBody.parse(body);
    const taker = createNoteTaker();
    return { ...readEvent(event, context, taker), truncated: 0, notes: taker.notes, deliveryId: event.id };
  },
  signature: pagerDutySignature,
  // Later events wait behind one that is to be tried again; three that are refused disable the subscription for a day.
  dropsRefused: true,
};

type Event = PagerDutyBody['event'];

function readEvent(
  event: Event,
  context: SourceContext,
  taker: NoteTaker,
): Pick<ParsedAlerts, 'alerts' | 'reports'> {
  const [noun = '', verb = ''] = event.event_type.split('.', 2);
  const news = PagerNews.safeParse(verb.replaceAll('_', '-'));
  const incident = PagerDutyIncident.safeParse(event.data);
  if (noun !== 'incident' || !news.success || !incident.success) {
    taker.add(null, 'This kind of event says nothing about an incident of ours: noted.');
    return { alerts: [] };
  }
  const report = reportOf(event, { news: news.data, incident: incident.data, context });
  const isOurs = report.incident !== null;
  return {
    alerts: isOurs ? [] : alertsOf(event, { incident: incident.data, report, context, taker }),
    reports: [report],
  };
}

interface Told {
  readonly incident: PagerDutyIncident;
  readonly context: SourceContext;
}

function reportOf(event: Event, { news, incident, context }: Told & { news: PagerNews }): PagerReport {
  const key = incident.incident_key ?? '';
  return {
    pager: 'pagerduty',
    news,
    at: event.occurred_at,
    incident: incidentOfPagerKey(key) ?? incidentOfPagerSummary(incident.title ?? ''),
    dedupKeys: [dedupKeyOf(context.source, incident.id), ...(key === '' ? [] : [key.slice(0, 512)])],
    reference: incident.id,
    beganAt: instantOf(incident.created_at ?? ''),
    agent: personOf(event.agent),
  };
}

/** Integrations, services and workflows acknowledge too, our own Events API key among them: that is nobody. */
function personOf(agent: Event['agent']): PagerReport['agent'] {
  const { id, summary, type } = agent ?? {};
  const isUser = type === undefined || type === null || /^user(?:_reference)?$/.test(type);
  return id && isUser ? { id, name: summary ?? id } : null;
}

const STATUS: Readonly<Partial<Record<PagerNews, Alert['status']>>> = {
  triggered: 'firing',
  reopened: 'firing',
  resolved: 'resolved',
};

/** Only what changes whether it fires, or how bad it is, is an alert; who has it is a report. */
function alertsOf(
  event: Event,
  { incident, report, context, taker }: Told & { report: PagerReport; taker: NoteTaker },
): Alert[] {
  const isWorse = report.news === 'priority-updated' && incident.status !== 'resolved';
  const status = isWorse ? 'firing' : STATUS[report.news];
  if (status === undefined) return [];
  const dedupKey = dedupKeyOf(context.source, incident.id);
  const labels = labelsOf(incident);
  const severity = severityOf(incident.priority?.summary) ?? severityOf(incident.urgency);
  return [
    {
      source: context.source,
      dedupKey,
      status,
      // Reopened, it fires again from here on.
      startsAt:
        (report.news === 'reopened' ? null : instantOf(incident.created_at ?? '')) ?? event.occurred_at,
      // It may be reopened under the same id.
      ...(status === 'resolved' && { endsAt: event.occurred_at }),
      actionAt: null,
      signalAt: null,
      ...readLabels(labels, { context, dedupKey, taker, alertNames: [incident.title] }),
      ...(severity && { severity }),
      title: incident.title?.trim() || 'PagerDuty incident without a title',
      summary: '',
      link: taker.link(dedupKey, 'data.html_url', incident.html_url),
      labels,
    },
  ];
}

function labelsOf({ service, priority, urgency, teams }: PagerDutyIncident): Record<string, string> {
  const all = {
    service: service?.summary,
    service_id: service?.id,
    priority: priority?.summary,
    urgency,
    team: teams?.[0]?.summary,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  );
}
