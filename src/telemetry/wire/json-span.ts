/** A span of OTLP's JSON form. */
import { AttributeSink } from './attribute-sink.js';
import { readAttributes } from './json-attributes.js';
import { OBJECT, type JsonCursor } from './json-cursor.js';
import { Fields, otherwise, readEnum, readId, readList, readText, readTime } from './json-values.js';
import { REASON } from './rejections.js';
import type { DecodedSpan, Slots, SpanEvent } from './types.js';

const SPAN = new Fields([
  'traceId',
  'spanId',
  'parentSpanId',
  'name',
  'kind',
  'startTimeUnixNano',
  'endTimeUnixNano',
  'attributes',
  'events',
  'status',
]);
const EVENT = new Fields(['timeUnixNano', 'name', 'attributes']);
const STATUS = new Fields(['code']);

const sink = new AttributeSink();
const eventSink = new AttributeSink();
const NO_EVENTS: readonly SpanEvent[] = [];

/** What has been read of a span; undefined where it is of the wrong type. */
class Draft {
  traceId: string | undefined = '';
  spanId: string | undefined = '';
  parentSpanId: string | undefined = '';
  name: string | undefined = '';
  kind: number | undefined = 0;
  startedAtMs: number | undefined = 0;
  endedAtMs: number | undefined = 0;
  status: number | undefined = 0;
  events: readonly SpanEvent[] | undefined = NO_EVENTS;
  isReadable = true;
}

/** The span that comes next (it is an object), or why it is refused. */
export function readSpan(cursor: JsonCursor, resource: Slots): DecodedSpan | string {
  sink.start();
  const draft = new Draft();
  cursor.open(OBJECT);
  for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) readField(cursor, draft);
  return spanOf(draft, resource);
}

function readField(cursor: JsonCursor, draft: Draft): void {
  switch (SPAN.at(cursor)) {
    case 'traceId':
      draft.traceId = readId(cursor, 16);
      break;
    case 'spanId':
      draft.spanId = readId(cursor, 8);
      break;
    case 'parentSpanId':
      draft.parentSpanId = readId(cursor, 8);
      break;
    case 'name':
      draft.name = readText(cursor);
      break;
    case 'kind':
      draft.kind = readEnum(cursor);
      break;
    case 'startTimeUnixNano':
      draft.startedAtMs = readTime(cursor);
      break;
    case 'endTimeUnixNano':
      draft.endedAtMs = readTime(cursor);
      break;
    case 'attributes':
      draft.isReadable = readAttributes(cursor, sink) && draft.isReadable;
      break;
    case 'events':
      draft.events = readEvents(cursor);
      break;
    case 'status':
      draft.status = readStatus(cursor);
      break;
    case null:
      cursor.skip();
  }
}

function spanOf(draft: Draft, resource: Slots): DecodedSpan | string {
  const { traceId, spanId, parentSpanId, name, kind, startedAtMs, endedAtMs, status, events } = draft;
  if (traceId === undefined || traceId === '') return REASON.traceId;
  if (spanId === undefined || spanId === '') return REASON.spanId;
  if (parentSpanId === undefined) return REASON.parentSpanId;
  if (endedAtMs === 0) return REASON.endTime;
  if (endedAtMs === undefined || startedAtMs === undefined || status === undefined) return REASON.malformed;
  if (name === undefined || kind === undefined || events === undefined) return REASON.malformed;
  if (!draft.isReadable) return REASON.malformed;
  return {
    traceId,
    spanId,
    parentSpanId: parentSpanId === '' ? null : parentSpanId,
    name,
    kind,
    startedAtMs: startedAtMs === 0 ? endedAtMs : startedAtMs,
    endedAtMs,
    status,
    slots: sink.slots,
    flat: sink.flat,
    events,
    resource,
  };
}

function readStatus(cursor: JsonCursor): number | undefined {
  if (!cursor.open(OBJECT)) return otherwise(cursor, 0);
  let code: number | undefined = 0;
  for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
    if (STATUS.at(cursor) === 'code') code = readEnum(cursor);
    else cursor.skip();
  }
  return code;
}

function readEvents(cursor: JsonCursor): readonly SpanEvent[] | undefined {
  const events: SpanEvent[] = [];
  const isWhole = readList(cursor, () => readEvent(cursor, events));
  if (!isWhole) return undefined;
  return events.length === 0 ? NO_EVENTS : events;
}

function readEvent(cursor: JsonCursor, events: SpanEvent[]): boolean {
  if (!cursor.open(OBJECT)) {
    cursor.skip();
    return false;
  }
  eventSink.start();
  let name: string | undefined = '';
  let atMs: number | undefined = 0;
  let isReadable = true;
  for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
    const field = EVENT.at(cursor);
    if (field === 'attributes') isReadable = readAttributes(cursor, eventSink) && isReadable;
    else if (field === 'name') name = readText(cursor);
    else if (field === 'timeUnixNano') atMs = readTime(cursor);
    else cursor.skip();
  }
  if (!isReadable || name === undefined || atMs === undefined) return false;
  events.push({ name, atMs, slots: eventSink.slots, flat: eventSink.flat });
  return true;
}
