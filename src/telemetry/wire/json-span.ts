/** A span of OTLP's JSON form. */
import { AttributeSink } from './attribute-sink.js';
import { readAttributes } from './json-attributes.js';
import { OBJECT, type JsonCursor } from './json-cursor.js';
import { Message } from './json-message.js';
import { otherwise, readEnum, readId, readList, readText, readTime, RepeatedId } from './json-values.js';
import { SpanDraft, spanOf } from './span-draft.js';
import type { DecodedSpan, Slots, SpanEvent } from './types.js';

const sink = new AttributeSink();
const eventSink = new AttributeSink();

/** Their names are no OTLP, but proto3's own JSON writes them, and so do those who build on that. */
const KINDS: ReadonlyMap<string, number> = new Map([
  ['SPAN_KIND_UNSPECIFIED', 0],
  ['SPAN_KIND_INTERNAL', 1],
  ['SPAN_KIND_SERVER', 2],
  ['SPAN_KIND_CLIENT', 3],
  ['SPAN_KIND_PRODUCER', 4],
  ['SPAN_KIND_CONSUMER', 5],
]);
const CODES: ReadonlyMap<string, number> = new Map([
  ['STATUS_CODE_UNSET', 0],
  ['STATUS_CODE_OK', 1],
  ['STATUS_CODE_ERROR', 2],
]);

const traceIds = new RepeatedId(16);
const parentIds = new RepeatedId(8);

const SPAN = new Message<SpanDraft>({
  traceId: (span, cursor) => (span.traceId = traceIds.read(cursor)),
  spanId: (span, cursor) => (span.spanId = readId(cursor, 8)),
  parentSpanId: (span, cursor) => (span.parentSpanId = parentIds.read(cursor)),
  name: (span, cursor) => (span.name = readText(cursor)),
  kind: (span, cursor) => (span.kind = readEnum(cursor, KINDS)),
  startTimeUnixNano: (span, cursor) => (span.startedAtMs = readTime(cursor)),
  endTimeUnixNano: (span, cursor) => (span.endedAtMs = readTime(cursor)),
  attributes: (span, cursor) => (span.isReadable = readAttributes(cursor, sink) && span.isReadable),
  events: (span, cursor) => (span.events = readEvents(cursor)),
  status: (span, cursor) => (span.status = readStatus(cursor)),
});

/** The span that comes next (it is an object), or why it is refused. */
export function readSpan(cursor: JsonCursor, resource: Slots): DecodedSpan | string {
  sink.start();
  cursor.open(OBJECT);
  return spanOf(SPAN.read(cursor, new SpanDraft()), sink, resource);
}

const STATUS = new Message<{ code: number | undefined }>({
  code: (status, cursor) => (status.code = readEnum(cursor, CODES)),
});

function readStatus(cursor: JsonCursor): number | undefined {
  if (!cursor.open(OBJECT)) return otherwise(cursor, 0);
  return STATUS.read(cursor, { code: 0 }).code;
}

function readEvents(cursor: JsonCursor): readonly SpanEvent[] | undefined {
  const events: SpanEvent[] = [];
  return readList(cursor, () => readEvent(cursor, events)) ? events : undefined;
}

interface EventDraft {
  name: string | undefined;
  atMs: number | undefined;
  isReadable: boolean;
}

const EVENT = new Message<EventDraft>({
  timeUnixNano: (event, cursor) => (event.atMs = readTime(cursor)),
  name: (event, cursor) => (event.name = readText(cursor)),
  attributes: (event, cursor) => (event.isReadable = readAttributes(cursor, eventSink) && event.isReadable),
});

function readEvent(cursor: JsonCursor, events: SpanEvent[]): boolean {
  if (!cursor.open(OBJECT)) {
    cursor.skip();
    return false;
  }
  eventSink.start();
  const { name, atMs, isReadable } = EVENT.read(cursor, { name: '', atMs: 0, isReadable: true });
  if (!isReadable || name === undefined || atMs === undefined) return false;
  events.push({ name, atMs, slots: eventSink.slots, flat: eventSink.flat });
  return true;
}
