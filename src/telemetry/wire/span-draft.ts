import type { AttributeSink } from './attribute-sink.js';
import { REASON } from './rejections.js';
import type { DecodedSpan, Slots, SpanEvent } from './types.js';

const NO_EVENTS: readonly SpanEvent[] = [];

/** What has been read of a span, in either form. Ids are '' where they are left out; undefined is of the wrong type. */
export class SpanDraft {
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

/** The span with the attributes that were gathered, or why it is refused. */
export function spanOf(draft: SpanDraft, sink: AttributeSink, resource: Slots): DecodedSpan | string {
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
