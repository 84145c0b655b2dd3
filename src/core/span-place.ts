import type { ActionRecord } from './action-record.js';

/** Where something was told: span ids are unique within a trace only. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/** A record that has a span. */
export type SpanRecord = ActionRecord & SpanPlace;

export function placeOf({ traceId, spanId }: SpanPlace): string {
  return `${traceId} ${spanId}`;
}

/** Is it the record of a span itself, and not of something that was told beside one? */
export function isOfSpan(record: ActionRecord): record is SpanRecord {
  return record.origin === 'span' && hasPlace(record);
}

export function hasPlace(record: ActionRecord): record is SpanRecord {
  return record.traceId !== null && record.spanId !== null;
}

/** Records of spans by their place. */
export type SpansByPlace = ReadonlyMap<string, SpanRecord>;

export function byPlace(records: readonly ActionRecord[]): SpansByPlace {
  return new Map(records.filter(isOfSpan).map((span) => [placeOf(span), span]));
}

/** Further out is nothing: links may run in circles. */
const FURTHEST = 64;

/** The spans around a place, from the inside out, as far as they are known; and whether that is all of them. */
export function enclosing(
  { traceId, outer }: { readonly traceId: string; readonly outer: string | null },
  spans: SpansByPlace,
): { readonly ancestors: readonly SpanRecord[]; readonly reachesRoot: boolean } {
  const ancestors: SpanRecord[] = [];
  for (let spanId = outer; spanId !== null && ancestors.length < FURTHEST;) {
    const span = spans.get(placeOf({ traceId, spanId }));
    if (span === undefined) return { ancestors, reachesRoot: false };
    ancestors.push(span);
    spanId = span.parentSpanId;
  }
  return { ancestors, reachesRoot: true };
}

/** Is this span within one of those? */
export function isWithin(span: SpanRecord, places: ReadonlySet<string>, spans: SpansByPlace): boolean {
  const { ancestors } = enclosing({ traceId: span.traceId, outer: span.parentSpanId }, spans);
  return ancestors.some((outer) => places.has(placeOf(outer)));
}
