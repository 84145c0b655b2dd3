import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createNoteTaker } from '../note-taker.js';
import { headerOf } from '../signature-parts.js';
import type { Headers, ParsedAlerts, Source } from '../types.js';
import { eventAlerts, issueAlerts, metricAlerts, type SentryReading } from './alerts.js';
import { SentryBody } from './schema.js';
import { sentrySignature } from './signature.js';

/** Sentry's integration platform: issue alerts, metric alerts, and what becomes of an issue, which resolves its alerts. */
export const sentry: Source = {
  name: 'sentry',
  schema: z.toJSONSchema(SentryBody, { io: 'input' }),
  recognises: (body, headers) =>
    headers['sentry-hook-resource'] !== undefined ||
    (SentryBody.safeParse(body).success && z.object({ installation: z.unknown() }).safeParse(body).success),
  parse: (body, headers, context) => {
    const taker = createNoteTaker();
    const { action, data } = SentryBody.parse(body);
    const sentAtSeconds = headerOf(headers, 'sentry-hook-timestamp') ?? '';
    const reading = { action, data, context, taker, sentAtSeconds };
    const alerts = alertsOf(reading, headerOf(headers, 'sentry-hook-resource'));
    return { alerts, truncated: 0, notes: taker.notes, deliveryId: deliveryOf(body, headers) };
  },
  signature: sentrySignature,
};

/** Nobody signs the header: it tells attempts at the same words apart from others, and can never drop other words. */
function deliveryOf(body: unknown, headers: Headers): string | null {
  const request = headerOf(headers, 'request-id');
  if (request === undefined) return null;
  return `${request}:${createHash('sha256').update(JSON.stringify(body)).digest('hex')}`;
}

/** By the header; by what there is in the data where a test or a proxy has left it out. */
function alertsOf(reading: SentryReading, resource: string | undefined): ParsedAlerts['alerts'] {
  const { data, taker } = reading;
  const has = (name: 'event' | 'metric_alert' | 'issue'): boolean => data[name] !== undefined;
  const kind = resource ?? (has('metric_alert') ? 'metric_alert' : has('event') ? 'event_alert' : 'issue');
  if (kind === 'event_alert' && has('event')) return eventAlerts(reading);
  if (kind === 'metric_alert' && has('metric_alert')) return metricAlerts(reading);
  if (kind === 'issue' && has('issue')) return issueAlerts(reading);
  taker.add(null, 'This kind of post is no alert: noted.');
  return [];
}
