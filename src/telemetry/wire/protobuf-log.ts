/** LogRecord of opentelemetry/proto/logs/v1/logs.proto. */
import type { Reader } from 'protobufjs';
import { AttributeSink } from './attribute-sink.js';
import { LogDraft, logOf } from './log-draft.js';
import { readId } from './protobuf-id.js';
import { readTime } from './protobuf-span.js';
import { bytes, enter, fixed64, readAnyValue, readAttribute } from './protobuf-values.js';
import type { DecodedLog, Slots } from './types.js';

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

/** The log record, or why it is refused: ids that are empty or zero are no fault. */
export function readLog(reader: Reader, resource: Slots): DecodedLog | string {
  const outer = enter(reader);
  sink.start();
  const log = new LogDraft();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === LOG.attribute) readAttribute(reader, sink);
    else if (tag === LOG.traceId) log.traceId = readId(reader, 16);
    else if (tag === LOG.spanId) log.spanId = readId(reader, 8);
    else if (tag === LOG.body) log.body = readAnyValue(reader, null, 0);
    else if (tag === LOG.at) log.atMs = readTime(reader);
    else if (tag === LOG.observedAt) log.observedAtMs = readTime(reader);
    else if (tag === LOG.eventName) log.eventName = reader.string();
    else if (tag === LOG.name) log.name = reader.string();
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  return logOf(log, sink, resource);
}
