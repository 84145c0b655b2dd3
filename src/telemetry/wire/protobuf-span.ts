/** Span, Span.Event and Status of opentelemetry/proto/trace/v1/trace.proto. */
import type { Reader } from 'protobufjs';
import { AttributeSink } from './attribute-sink.js';
import { bytes, enter, enterBytes, fixed64, readAttribute, textBetween, varint } from './protobuf-values.js';
import { RepeatedId, readId } from './protobuf-id.js';
import { SpanDraft, spanOf } from './span-draft.js';
import type { DecodedSpan, Slots, SpanEvent } from './types.js';
import { millisecondsOf } from './unix-time.js';

const SPAN = {
  traceId: bytes(1),
  spanId: bytes(2),
  parentSpanId: bytes(4),
  name: bytes(5),
  kind: varint(6),
  start: fixed64(7),
  end: fixed64(8),
  attribute: bytes(9),
  event: bytes(11),
  status: bytes(15),
} as const;
const EVENT = { at: fixed64(1), name: bytes(2), attribute: bytes(3) } as const;
const STATUS = { code: varint(3) } as const;

const traceIds = new RepeatedId(16);
const parentIds = new RepeatedId(8);
const sink = new AttributeSink();
const eventSink = new AttributeSink();

/** The span, or why it is refused. */
export function readSpan(reader: Reader, resource: Slots): DecodedSpan | string {
  const outer = enter(reader);
  sink.start();
  const span = new SpanDraft();
  let events: SpanEvent[] | null = null;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === SPAN.attribute) readAttribute(reader, sink);
    else if (tag === SPAN.traceId) span.traceId = traceIds.read(reader);
    else if (tag === SPAN.spanId) span.spanId = readId(reader, 8);
    else if (tag === SPAN.parentSpanId) span.parentSpanId = parentIds.read(reader);
    else if (tag === SPAN.name) span.name = textBetween(reader, enterBytes(reader));
    else if (tag === SPAN.kind) span.kind = reader.uint32();
    else if (tag === SPAN.start) span.startedAtMs = readTime(reader);
    else if (tag === SPAN.end) span.endedAtMs = readTime(reader);
    else if (tag === SPAN.event) (events ??= []).push(readEvent(reader));
    else if (tag === SPAN.status) span.status = readStatus(reader);
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  if (events !== null) span.events = events;
  return spanOf(span, sink, resource);
}

function readEvent(reader: Reader): SpanEvent {
  const outer = enter(reader);
  eventSink.start();
  let name = '';
  let atMs = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === EVENT.attribute) readAttribute(reader, eventSink);
    else if (tag === EVENT.name) name = reader.string();
    else if (tag === EVENT.at) atMs = readTime(reader);
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  return { name, atMs, slots: eventSink.slots, flat: eventSink.flat };
}

function readStatus(reader: Reader): number {
  const outer = enter(reader);
  let code = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === STATUS.code) code = reader.uint32();
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  return code;
}

export function readTime(reader: Reader): number {
  const low = reader.fixed32();
  return millisecondsOf(reader.fixed32(), low);
}
