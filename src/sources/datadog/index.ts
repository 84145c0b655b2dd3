import { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import { dedupKeyOf } from '../dedup-key.js';
import { instantOfMs } from '../instant.js';
import { createNoteTaker, type NoteTaker } from '../note-taker.js';
import { readLabels } from '../read-labels.js';
import { severityOf } from '../severity-word.js';
import type { Source, SourceContext } from '../types.js';
import { DatadogBody } from './schema.js';

/**
 * Datadog's webhook with the payload of `runbooks/datadog-template.json`. One alert a post; one cycle of firing is one
 * episode. It cannot sign: let it send our token in a custom header, `{"authorization": "Bearer …"}`, or by HTTP Basic.
 */
export const datadog: Source = {
  name: 'datadog',
  schema: z.toJSONSchema(DatadogBody, { io: 'input' }),
  recognises: (body) => z.object({ v: z.literal('1'), transition: z.unknown() }).safeParse(body).success,
  parse: (body, _headers, context) => {
    const taker = createNoteTaker();
    return { alerts: [asAlert(DatadogBody.parse(body), context, taker)], truncated: 0, notes: taker.notes };
  },
};

/** What it is called when nothing is wrong any more. */
const RECOVERED: ReadonlySet<string> = new Set(['recovered', 'resolved', 'ok']);
const BEGINS: ReadonlySet<string> = new Set(['triggered', 'warn', 'no data']);

function asAlert(body: DatadogBody, context: SourceContext, taker: NoteTaker): Alert {
  const dedupKey = dedupKeyOf(context.source, keyOf(body));
  const labels = labelsOf(body);
  const transition = body.transition?.toLowerCase() ?? '';
  // A monitor of P4 or P5 is of no haste, whatever the type of its event is called; an event's own `normal` says nothing.
  const isOfNoHaste = /^p[45]$/i.test(body.priority ?? '');
  const severity = isOfNoHaste ? undefined : (severityOf(body.priority) ?? severityOf(body.type));
  const isOver = RECOVERED.has(transition);
  const date = dateOf(body);
  if (!isOver && !BEGINS.has(transition))
    taker.add(dedupKey, 'It began to fire before this post: the trigger is the time of this post.');
  return {
    source: context.source,
    dedupKey,
    status: isOver ? 'resolved' : 'firing',
    startsAt: date,
    // Without cycles a key outlives its episodes.
    ...(isOver && { endsAt: date }),
    actionAt: taker.time(dedupKey, 'the tag action_at', labels['action_at']),
    signalAt: taker.time(dedupKey, 'the tag signal_at', labels['signal_at']),
    ...readLabels(labels, { context, dedupKey, taker, alertNames: [labels['alertname'], body.title] }),
    ...(severity && { severity }),
    title: body.title ?? 'Alert without a name',
    summary: body.body ?? '',
    link: taker.link(dedupKey, 'link', body.link),
    labels,
  };
}

/** One cycle of firing; the group that the monitor aggregates by where the monitor has no cycles. */
function keyOf({ cycle_key: cycle, aggreg_key: group, monitor_id: monitor, id, scope }: DatadogBody): string {
  const key = cycle ?? group ?? (monitor === null ? id : `${monitor}:${scope ?? ''}`);
  if (key !== null) return key;
  throw new DomainError(
    'invalid-input',
    'Nothing says which alert this is: cycle_key, aggreg_key, monitor_id and id are all empty. Use the payload of runbooks/datadog-template.json.',
  );
}

function dateOf({ date_ms: ms }: DatadogBody): Instant {
  const at = ms === null ? null : instantOfMs(ms);
  if (at !== null) return at;
  throw new DomainError(
    'invalid-input',
    'date_ms must be $DATE: when it happened, in milliseconds since 1970.',
  );
}

/** Tags and the scope, `name:value` each. Of a name that comes twice the first counts; tags count before the scope. */
function labelsOf({ tags, scope, priority, type, monitor_id: monitor }: DatadogBody): Record<string, string> {
  const labels = new Map<string, string>();
  for (const each of [tags ?? '', scope ?? ''].join(',').split(',')) {
    const [name = '', ...rest] = each.trim().split(':');
    if (name !== '' && !labels.has(name)) labels.set(name, rest.join(':'));
  }
  const own = { monitor_id: monitor, priority, alert_type: type };
  for (const [name, value] of Object.entries(own)) {
    if (value !== null && !labels.has(name)) labels.set(name, value);
  }
  return Object.fromEntries(labels);
}
