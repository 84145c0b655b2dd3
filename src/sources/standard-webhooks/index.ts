import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.js';
import { eventAlert } from '../event-data.js';
import { createNoteTaker } from '../note-taker.js';
import { headerOf } from '../signature-parts.js';
import type { Source } from '../types.js';
import { StandardWebhook } from './schema.js';
import { standardWebhooksSignature } from './signature.js';

/** Any sender that signs by Standard Webhooks 1.0.0. */
export const standardWebhooks: Source = {
  name: 'standard-webhooks',
  schema: z.toJSONSchema(StandardWebhook, { io: 'input' }),
  recognises: (body, headers) =>
    headerOf(headers, 'webhook-id') !== undefined ||
    z.object({ type: z.string(), timestamp: z.string(), data: z.looseObject({}) }).safeParse(body).success,
  parse: (body, headers, context) => {
    const { type, timestamp, data } = StandardWebhook.parse(body);
    const deliveryId = headerOf(headers, 'webhook-id') ?? null;
    const key = deliveryId ?? createHash('sha256').update(canonicalJson(body)).digest('hex');
    const taker = createNoteTaker();
    const time = timestamp === undefined || timestamp === null ? null : String(timestamp);
    const envelope = { key, scope: '', type, subject: null, time, attributes: {}, data };
    return { alerts: [eventAlert(envelope, context, taker)], truncated: 0, notes: taker.notes, deliveryId };
  },
  signature: standardWebhooksSignature,
};
