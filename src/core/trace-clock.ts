/**
 * Hosts have clocks of their own. A span cannot begin before the one around it: where it says so, its clock is behind by so
 * much at the least, and so is all that is within it on that host.
 */
import { placeOf, type SpanPlace, type SpanRecord, type SpansByPlace } from './span-place.js';

/** Milliseconds to add to the times of a span, by its place; nothing for a span that is not known. */
export type ClockShifts = ReadonlyMap<string, number>;

export function clockShifts(spans: SpansByPlace): ClockShifts {
  const shifts = new Map<string, number>();
  for (const span of spans.values()) {
    // From the outside in; what runs in circles begins anywhere.
    for (const each of outsideIn(span, spans, shifts))
      shifts.set(placeOf(each), shiftOf(each, spans, shifts));
  }
  return shifts;
}

/** Milliseconds to add to what was told there. */
export function shiftAt(shifts: ClockShifts, place: SpanPlace): number {
  return shifts.get(placeOf(place)) ?? 0;
}

function parentOf({ traceId, parentSpanId }: SpanRecord, spans: SpansByPlace): SpanRecord | undefined {
  return parentSpanId === null ? undefined : spans.get(placeOf({ traceId, spanId: parentSpanId }));
}

function outsideIn(span: SpanRecord, spans: SpansByPlace, shifts: ClockShifts): readonly SpanRecord[] {
  const chain: SpanRecord[] = [];
  const seen = new Set<SpanRecord>();
  for (
    let each: SpanRecord | undefined = span;
    each !== undefined && !seen.has(each) && !shifts.has(placeOf(each));
    each = parentOf(each, spans)
  ) {
    seen.add(each);
    chain.push(each);
  }
  return chain.toReversed();
}

/** Its parent's clock, or none: whichever puts it within its parent. Else as much as it needs to begin with it. */
function shiftOf(span: SpanRecord, spans: SpansByPlace, shifts: ClockShifts): number {
  const parent = parentOf(span, spans);
  if (parent === undefined) return 0;
  const ofParent = shiftAt(shifts, parent);
  const [begins, ends] = [parent.startedAtMs + ofParent, parent.atMs + ofParent];
  const fits = [ofParent, 0].find(
    (shift) => span.startedAtMs + shift >= begins && span.startedAtMs + shift <= ends,
  );
  return fits ?? Math.max(ofParent, begins - span.startedAtMs);
}
