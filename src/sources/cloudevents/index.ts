import { z } from 'zod';
import { decodeText, parseJson } from '../decode-json.js';
import { eventAlert, type EventEnvelope } from '../event-data.js';
import { createNoteTaker } from '../note-taker.js';
import type { Source } from '../types.js';
import { decodeCloudEvents, IS_JSON } from './decode.js';
import { CloudEvent, CloudEventsBody } from './schema.js';

/** CloudEvents 1.0 over HTTP: structured, batched and binary. The specification has no signature: send our token. */
export const cloudevents: Source = {
  name: 'cloudevents',
  schema: z.toJSONSchema(CloudEventsBody, { io: 'input' }),
  recognises: (body, headers) =>
    headers['ce-specversion'] !== undefined ||
    z.union([CloudEvent, z.array(CloudEvent).min(1)]).safeParse(body).success,
  decode: decodeCloudEvents,
  // In binary mode the data is of any type.
  accepts: () => true,
  parse: (body, _headers, context) => {
    const events = Array.isArray(body) ? z.array(CloudEvent).parse(body) : [CloudEvent.parse(body)];
    const taker = createNoteTaker();
    const [only] = events.length === 1 ? events : [];
    return {
      alerts: events.map((event) => eventAlert(envelopeOf(event), context, taker)),
      truncated: 0,
      notes: taker.notes,
      deliveryId: only === undefined ? null : keyOf(only),
    };
  },
};

/** `source` and `id` together name an event. A source is a URI and holds no space. */
function keyOf({ source, id }: Pick<CloudEvent, 'source' | 'id'>): string {
  return `${source} ${id}`;
}

function envelopeOf(event: CloudEvent): EventEnvelope {
  const { specversion, id, source, type, time, subject, datacontenttype, data, data_base64, ...extensions } =
    event;
  return {
    key: keyOf({ source, id }),
    scope: `${source} `,
    type,
    subject: subject?.trim() || null,
    time: time ?? null,
    attributes: { ...textsOf(extensions), source, specversion },
    data: data_base64 ? dataOf(data_base64, datacontenttype) : parsedText(data, datacontenttype ?? ''),
  };
}

/** Data that is no JSON is kept out: nothing in it has a name that we know. Without a type it is JSON, if it can be. */
function dataOf(base64: string, type: string | null | undefined): unknown {
  if (type && !IS_JSON.test(type)) return undefined;
  try {
    return parseJson(decodeText(Buffer.from(base64, 'base64')), 'data_base64');
  } catch (error) {
    if (type) throw error;
    return undefined;
  }
}

/** Data that is JSON may come as text of JSON; text that only looks like it is text. */
function parsedText(data: unknown, type: string): unknown {
  if (typeof data !== 'string' || !IS_JSON.test(type) || !/^\s*[[{]/.test(data)) return data;
  try {
    return parseJson(data, 'data');
  } catch {
    return data;
  }
}

function textsOf(extensions: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(extensions).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)] as const]
        : [],
    ),
  );
}
