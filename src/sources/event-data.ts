/** Alerts inside general events (CloudEvents, Standard Webhooks): the members of their data that we know by name. */
import type { Alert } from '../core/alert.js';
import { dedupKeyOf } from './dedup-key.js';
import { instantOf } from './instant.js';
import type { NoteTaker } from './note-taker.js';
import { readLabels } from './read-labels.js';
import { severityOf, severityOfNumber } from './severity-word.js';
import type { SourceContext } from './types.js';

/** An event, as far as its envelope tells of it. */
export interface EventEnvelope {
  /** What tells events of one sender apart; stands for the alert where the data has no `id` of its own. */
  readonly key: string;
  /** Put before the `id` that the data may have, so that two senders cannot mean the same alert. */
  readonly scope: string;
  readonly type: string;
  readonly subject: string | null;
  /** As it was written; null where it has none. */
  readonly time: string | null;
  /** Further attributes, for labels. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** Members under any of these names; the first that is text counts. All of them are optional. */
const NAMES = {
  id: ['id', 'alertId', 'alert_id'],
  status: ['status', 'state'],
  startsAt: ['startsAt', 'starts_at', 'startedAt', 'started_at'],
  title: ['title', 'name'],
  summary: ['summary', 'description', 'message'],
  agent: ['agent', 'agentId', 'agent_id'],
  tool: ['tool'],
  class: ['actionClass', 'action_class', 'class'],
  tripwire: ['tripwire'],
  severity: ['severity', 'severityText', 'severity_text', 'severitytext', 'priority', 'level'],
  severityNumber: ['severityNumber', 'severity_number', 'severitynumber'],
  actionAt: ['actionAt', 'action_at'],
  signalAt: ['signalAt', 'signal_at'],
  link: ['link', 'url'],
} as const;

const QUIET =
  /^(?:resolved?|recover(?:ed|y)?|ok|okay|closed?|clear(?:ed)?|inactive|deactivated|normal|healthy|ended)$/i;

/** One event as an alert. Without a time of its own it began when it reached us, and the note says so. */
export function eventAlert(envelope: EventEnvelope, context: SourceContext, taker: NoteTaker): Alert {
  const labels = labelsOf(envelope);
  const own = (what: keyof typeof NAMES): string | null =>
    NAMES[what].map((name) => labels[name]?.trim()).find((text) => !!text) ?? null;
  const startsAt = instantOf(own('startsAt') ?? '');
  const id = own('id');
  const rest =
    id === null ? envelope.key : `${envelope.scope}${id}${startsAt === null ? '' : `:${startsAt}`}`;
  const dedupKey = dedupKeyOf(context.source, rest);
  if (own('startsAt') !== null && startsAt === null)
    taker.unread(dedupKey, 'data.startsAt is not an RFC 3339 time: the time of the event counts.');
  const time = taker.time(dedupKey, 'The time of the event', envelope.time);
  const began = startsAt ?? time;
  if (began === null) taker.add(dedupKey, 'The event has no time: the trigger is when it reached us.');
  const severity = severityOf(own('severity')) ?? severityOfNumber(own('severityNumber'));
  const isOver = isQuiet(own('status'), envelope.type);
  const known = readLabels(
    {
      ...withText('agent', own('agent')),
      ...withText('tool', own('tool')),
      ...withText('class', own('class')),
      ...withText('tripwire', own('tripwire')),
    },
    { context, dedupKey, taker, alertNames: [envelope.type, own('title')] },
  );
  return {
    source: context.source,
    dedupKey,
    status: isOver ? 'resolved' : 'firing',
    startsAt: began ?? context.now,
    // Where its key does not say which episode ends, its time does.
    ...(isOver && startsAt === null && time !== null && { endsAt: time }),
    actionAt: taker.time(dedupKey, 'data.actionAt', own('actionAt')),
    signalAt: taker.time(dedupKey, 'data.signalAt', own('signalAt')),
    ...known,
    ...(severity && { severity }),
    title: own('title') ?? [envelope.type, envelope.subject].filter((part) => part !== null).join(' · '),
    summary: own('summary') ?? '',
    link: taker.link(dedupKey, 'data.link', own('link')),
    labels,
  };
}

/** What the data says, else the last word of the type: `com.example.alert.resolved`. */
function isQuiet(status: string | null, type: string): boolean {
  return QUIET.test(status ?? type.split(/[./:]/).at(-1) ?? '');
}

function withText(name: string, text: string | null): Record<string, string> {
  return text === null ? {} : { [name]: text };
}

/** Texts, numbers and truths of the data, then its own `labels`, then the envelope: the first of a name counts. */
function labelsOf({ data, attributes, type, subject }: EventEnvelope): Record<string, string> {
  const nested = isRecord(data) ? data['labels'] : undefined;
  const envelope = { ...attributes, type, ...withText('subject', subject) };
  const labels = new Map<string, string>();
  for (const part of [data, nested, envelope]) {
    if (!isRecord(part)) continue;
    for (const [name, value] of Object.entries(part)) {
      const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      if (isScalar && name !== '__proto__' && !labels.has(name)) labels.set(name, String(value));
    }
  }
  return Object.fromEntries(labels);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
