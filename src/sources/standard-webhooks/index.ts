import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.js';
import { eventAlert } from '../event-data.js';
import { createNoteTaker } from '../note-taker.js';
import { headerOf } from '../signature-parts.js';
import type { Source } from '../types.js';
import { pageReport } from './page-report.js';
import { StandardWebhook } from './schema.js';
import { standardWebhooksSignature } from './signature.js';

/** Any sender that signs by Standard Webhooks 1.0.0, a pager of your own among them. */
export const standardWebhooks: Source = {
  name: 'standard-webhooks',
  schema: z.toJSONSchema(StandardWebhook, { io: 'input' }),
  recognises: (body, headers) =>
    headerOf(headers, 'webhook-id') !== undefined ||
    z.object({ type: z.string(), timestamp: z.string(), data: z.looseObject({}) }).safeParse(body).success,
  parse: (body, headers, context) => {
    const webhook = StandardWebhook.parse(body);
    const { type, timestamp, data } = webhook;
    const deliveryId = headerOf(headers, 'webhook-id') ?? null;
    const report = pageReport(webhook, { deliveryId, now: context.now });
    if (report !== null) return { alerts: [], truncated: 0, notes: [], reports: [report], deliveryId };
    const key = deliveryId ?? createHash('sha256').update(canonicalJson(body)).digest('hex');
    const taker = createNoteTaker();
    const time = timestamp === undefined || timestamp === null ? null : String(timestamp);
    const envelope = { key, scope: '', type, subject: null, time, attributes: {}, data };
    return { alerts: [eventAlert(envelope, context, taker)], truncated: 0, notes: taker.notes, deliveryId };
  },
  signature: standardWebhooksSignature,
};
