/** LogRecord of opentelemetry/proto/logs/v1/logs.proto. */
import type { Reader } from 'protobufjs';
import { AttributeSink } from './attribute-sink.js';
import { readId, readTime } from './protobuf-span.js';
import { bytes, enter, fixed64, readAnyValue, readAttribute } from './protobuf-values.js';
import { REASON } from './rejections.js';
import type { DecodedLog, Slots, Value } from './types.js';

/** `name` is what `eventName` was before OTLP 1.0. */
const LOG = {
  at: fixed64(1),
  name: bytes(4),
  body: bytes(5),
  attribute: bytes(6),
  traceId: bytes(9),
  spanId: bytes(10),
  observedAt: fixed64(11),
  eventName: bytes(12),
} as const;

const sink = new AttributeSink();

/** The log record, or why it is refused. It may belong to no span: ids that are empty or zero are no fault. */
export function readLog(reader: Reader, resource: Slots): DecodedLog | string {
  const outer = enter(reader);
  sink.start();
  let traceId: string | null = '';
  let spanId: string | null = '';
  let name = '';
  let atMs = 0;
  let observedAtMs = 0;
  let body: Value = null;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === LOG.attribute) readAttribute(reader, sink);
    else if (tag === LOG.traceId) traceId = readId(reader, 16);
    else if (tag === LOG.spanId) spanId = readId(reader, 8);
    else if (tag === LOG.body) body = readAnyValue(reader, null, 0);
    else if (tag === LOG.at) atMs = readTime(reader);
    else if (tag === LOG.observedAt) observedAtMs = readTime(reader);
    else if (tag === LOG.eventName || (tag === LOG.name && name === '')) name = reader.string();
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  if (traceId === null) return REASON.traceId;
  if (spanId === null) return REASON.spanId;
  return {
    traceId: traceId === '' ? null : traceId,
    spanId: spanId === '' ? null : spanId,
    name,
    atMs: atMs === 0 ? (observedAtMs === 0 ? null : observedAtMs) : atMs,
    body,
    slots: sink.slots,
    flat: sink.flat,
    resource,
  };
}
