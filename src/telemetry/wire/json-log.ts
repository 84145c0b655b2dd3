/** A log record of OTLP's JSON form. */
import { AttributeSink } from './attribute-sink.js';
import { readAttributes } from './json-attributes.js';
import { OBJECT, type JsonCursor } from './json-cursor.js';
import { Message } from './json-message.js';
import { readAnyValue, readId, readText, readTime } from './json-values.js';
import { LogDraft, logOf } from './log-draft.js';
import type { DecodedLog, Slots } from './types.js';

const sink = new AttributeSink();

const LOG = new Message<LogDraft>({
  traceId: (log, cursor) => (log.traceId = readId(cursor, 16)),
  spanId: (log, cursor) => (log.spanId = readId(cursor, 8)),
  timeUnixNano: (log, cursor) => (log.atMs = readTime(cursor)),
  observedTimeUnixNano: (log, cursor) => (log.observedAtMs = readTime(cursor)),
  eventName: (log, cursor) => (log.eventName = readText(cursor)),
  name: (log, cursor) => (log.name = readText(cursor)),
  body: (log, cursor) => (log.body = readAnyValue(cursor, null, 0)),
  attributes: (log, cursor) => (log.isReadable = readAttributes(cursor, sink) && log.isReadable),
});

/** The log record that comes next (it is an object), or why it is refused. */
export function readLog(cursor: JsonCursor, resource: Slots): DecodedLog | string {
  sink.start();
  cursor.open(OBJECT);
  return logOf(LOG.read(cursor, new LogDraft()), sink, resource);
}
