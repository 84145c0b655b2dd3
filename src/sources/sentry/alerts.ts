import type { Alert } from '../../core/alert.js';
import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import { dedupKeyOf } from '../dedup-key.js';
import { instantOf, instantOfMs } from '../instant.js';
import { filled } from '../label.js';
import type { NoteTaker } from '../note-taker.js';
import { readLabels } from '../read-labels.js';
import { severityOf } from '../severity-word.js';
import type { SourceContext } from '../types.js';
import { SentryEvent, SentryIssue, SentryMetricAlert, type SentryBody } from './schema.js';

export interface SentryReading extends SentryBody {
  readonly context: SourceContext;
  readonly taker: NoteTaker;
  /** When Sentry sent it, as its header says. */
  readonly sentAtSeconds: string;
}

/** A rule fired for an event. It never says that it is over: the issue does. */
export function eventAlerts(reading: SentryReading): Alert[] {
  const { data } = reading;
  const event = SentryEvent.parse(data.event);
  const issue = event.issue_id ?? event.event_id;
  if (!issue)
    throw new DomainError(
      'invalid-input',
      'data.event has neither issue_id nor event_id: nothing says which alert this is.',
    );
  const tags = Object.fromEntries(
    (event.tags ?? []).flatMap((tag) => {
      const [name = '__proto__', value = null] = tag ?? [];
      return name === '__proto__' || value === null ? [] : [[name, value] as const];
    }),
  );
  const rule = data.triggered_rule;
  return [
    anAlert(reading, {
      id: `issue:${issue}`,
      status: 'firing',
      startsAt: noLaterThan(startOf(reading, event.datetime), event.received),
      title: filled(event.title) ?? filled(event.message),
      summary: rule ? `Rule: ${rule}` : '',
      link: event.web_url,
      level: event.level,
      alertNames: [rule],
      labels: tags,
    }),
  ];
}

const OVER: ReadonlySet<string> = new Set(['resolved', 'ignored', 'archived']);

/**
 * What becomes of an issue. Created and unresolved are not alerts by themselves: that a bug exists wakes nobody, a rule
 * that fires for it does.
 */
export function issueAlerts(reading: SentryReading): Alert[] {
  const issue = SentryIssue.parse(reading.data.issue);
  const id = `issue:${issue.id}`;
  if (!OVER.has(reading.action)) {
    const key = dedupKeyOf(reading.context.source, id);
    reading.taker.add(key, 'An issue is no alert until a rule of Sentry fires for it: noted.');
    return [];
  }
  return [
    anAlert(reading, {
      id,
      status: 'resolved',
      startsAt: startOf(reading, issue.firstSeen),
      endsAt: sentAt(reading),
      title: filled(issue.title),
      summary: '',
      link: issue.web_url ?? issue.permalink,
      level: issue.level,
      alertNames: [],
      labels: issue.project?.slug ? { project: issue.project.slug } : {},
    }),
  ];
}

/** A rule over figures: `critical` and `warning` fire, `resolved` ends it. A new one has an id of its own. */
export function metricAlerts(reading: SentryReading): Alert[] {
  const { action, data } = reading;
  const metric = SentryMetricAlert.parse(data.metric_alert);
  const rule = metric.alert_rule?.name;
  const [project] = metric.projects ?? [];
  return [
    anAlert(reading, {
      id: `metric:${metric.id}`,
      status: action === 'resolved' ? 'resolved' : 'firing',
      startsAt: startOf(reading, metric.date_started ?? metric.date_detected),
      ...(action === 'resolved' && { endsAt: sentAt(reading) }),
      title: filled(data.description_title) ?? filled(rule),
      summary: data.description_text ?? '',
      link: data.web_url,
      level: action,
      alertNames: [rule],
      labels: { ...(project !== undefined && { project }), ...(rule && { rule }) },
    }),
  ];
}

interface Found extends Pick<Alert, 'status' | 'startsAt' | 'endsAt' | 'summary' | 'labels'> {
  readonly id: string;
  readonly title: string | null;
  readonly link: string | null | undefined;
  readonly level: string | null | undefined;
  readonly alertNames: readonly (string | null | undefined)[];
}

function anAlert({ context, taker }: SentryReading, found: Found): Alert {
  const { id, status, startsAt, endsAt, title, summary, link, level, alertNames } = found;
  const dedupKey = dedupKeyOf(context.source, id);
  const labels: Alert['labels'] = { ...(level && { level }), ...found.labels };
  const severity = severityOf(level);
  return {
    source: context.source,
    dedupKey,
    status,
    startsAt,
    ...(endsAt !== undefined && { endsAt }),
    actionAt: taker.time(dedupKey, 'the tag action_at', labels['action_at']),
    signalAt: taker.time(dedupKey, 'the tag signal_at', labels['signal_at']),
    ...readLabels(labels, { context, dedupKey, taker, alertNames }),
    ...(severity && { severity }),
    title: title ?? 'Sentry alert without a title',
    summary,
    link: taker.link(dedupKey, 'web_url', link),
    labels,
  };
}

/** Nobody signs the header: what it says counts only where it can be true. */
const MOST_APART_MS = 10 * 60_000;

/** When Sentry said so: what has happened by then is over with it. */
function sentAt({ sentAtSeconds, context: { now } }: SentryReading): Instant {
  const at = sentAtSeconds === '' ? null : instantOfMs(`${sentAtSeconds}000`);
  if (at === null) return now;
  return Math.abs(Date.parse(at) - Date.parse(now)) <= MOST_APART_MS ? at : now;
}

/** Programs have clocks of their own; nothing happened after Sentry had heard of it. */
function noLaterThan(at: Instant, receivedSeconds: number | null | undefined): Instant {
  const received = instantOfMs(Math.floor((receivedSeconds ?? Number.NaN) * 1000));
  return received !== null && received < at ? received : at;
}

/** When it began by Sentry's clock, else when Sentry sent it: of an alert that is never sent again, one must do. */
function startOf({ sentAtSeconds, context }: SentryReading, text: string | null | undefined): Instant {
  const at = instantOf(text ?? '') ?? (sentAtSeconds === '' ? null : instantOfMs(`${sentAtSeconds}000`));
  return at ?? context.now;
}
