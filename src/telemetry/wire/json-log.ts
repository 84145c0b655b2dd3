/** A log record of OTLP's JSON form. */
import { AttributeSink } from './attribute-sink.js';
import { readAttributes } from './json-attributes.js';
import { OBJECT, type JsonCursor } from './json-cursor.js';
import { Fields, readAnyValue, readId, readText, readTime } from './json-values.js';
import { REASON } from './rejections.js';
import type { DecodedLog, Slots, Value } from './types.js';

/** `name` is what `eventName` was before OTLP 1.0. */
const LOG = new Fields([
  'traceId',
  'spanId',
  'timeUnixNano',
  'observedTimeUnixNano',
  'eventName',
  'name',
  'body',
  'attributes',
]);

const sink = new AttributeSink();

/** What has been read of a log record; undefined where it is of the wrong type. */
class Draft {
  traceId: string | undefined = '';
  spanId: string | undefined = '';
  atMs: number | undefined = 0;
  observedAtMs: number | undefined = 0;
  eventName: string | undefined = '';
  name: string | undefined = '';
  body: Value | undefined = null;
  isReadable = true;
}

/** The log record that comes next (it is an object), or why it is refused. It may belong to no span. */
export function readLog(cursor: JsonCursor, resource: Slots): DecodedLog | string {
  sink.start();
  const draft = new Draft();
  cursor.open(OBJECT);
  for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) readField(cursor, draft);
  return logOf(draft, resource);
}

function readField(cursor: JsonCursor, draft: Draft): void {
  switch (LOG.at(cursor)) {
    case 'traceId':
      draft.traceId = readId(cursor, 16);
      break;
    case 'spanId':
      draft.spanId = readId(cursor, 8);
      break;
    case 'timeUnixNano':
      draft.atMs = readTime(cursor);
      break;
    case 'observedTimeUnixNano':
      draft.observedAtMs = readTime(cursor);
      break;
    case 'eventName':
      draft.eventName = readText(cursor);
      break;
    case 'name':
      draft.name = readText(cursor);
      break;
    case 'body':
      draft.body = readAnyValue(cursor, null, 0);
      break;
    case 'attributes':
      draft.isReadable = readAttributes(cursor, sink) && draft.isReadable;
      break;
    case null:
      cursor.skip();
  }
}

function logOf(draft: Draft, resource: Slots): DecodedLog | string {
  const { traceId, spanId, eventName, name, body } = draft;
  if (traceId === undefined) return REASON.traceId;
  if (spanId === undefined) return REASON.spanId;
  if (draft.atMs === undefined || draft.observedAtMs === undefined) return REASON.malformed;
  if (eventName === undefined || name === undefined || body === undefined) return REASON.malformed;
  if (!draft.isReadable) return REASON.malformed;
  const atMs = draft.atMs === 0 ? draft.observedAtMs : draft.atMs;
  return {
    traceId: traceId === '' ? null : traceId,
    spanId: spanId === '' ? null : spanId,
    name: eventName === '' ? name : eventName,
    atMs: atMs === 0 ? null : atMs,
    body,
    slots: sink.slots,
    flat: sink.flat,
    resource,
  };
}
