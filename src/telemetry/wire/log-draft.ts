import type { AttributeSink } from './attribute-sink.js';
import { REASON } from './rejections.js';
import type { DecodedLog, Slots, Value } from './types.js';

/** What has been read of a log record, in either form; undefined is of the wrong type. */
export class LogDraft {
  traceId: string | undefined = '';
  spanId: string | undefined = '';
  atMs: number | undefined = 0;
  observedAtMs: number | undefined = 0;
  eventName: string | undefined = '';
  /** What `eventName` was before OTLP 1.0. */
  name: string | undefined = '';
  body: Value | undefined = null;
  isReadable = true;
}

/** The log record with the attributes that were gathered, or why it is refused. It may belong to no span. */
export function logOf(draft: LogDraft, sink: AttributeSink, resource: Slots): DecodedLog | string {
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
