/**
 * No call is paid twice, although several instrumentations may tell of it. Inference spans that enclose one another tell
 * of the same call, unless both name a response and the names differ, or a tool or an agent lies between them. Of one
 * batch the innermost that says its usage is counted (an outer one may be a sum of several); over batches, the one that came
 * first. Beside one another, spans with the same response id that overlap in time are one call. What nobody could know, two
 * tellings whose link comes after both, stays counted twice.
 */
import type { Ancestry, InferenceBelow, Place, Trace } from './ancestry.js';

/** Of one response id, as many calls are remembered: one that is used over and over identifies nothing. */
const MOST_CALLS = 8;

/** Tells the enclosing spans that a call was made within them, as far as they have arrived; the rest is told later. */
export function tellAbove(
  ancestry: Ancestry,
  trace: Trace,
  { place, saysUsage }: Pick<Telling, 'place' | 'saysUsage'>,
): void {
  const told = endsHere(place) ? null : within(place, saysUsage);
  if (told === null) return;
  for (const outer of ancestry.around(trace, place)) {
    addTo(outer, told);
    if (endsHere(outer)) return;
  }
}

/** What lies within a tool or an agent is another call than what is around it. */
function endsHere(place: Place): boolean {
  return place.kind === 'tool' || place.kind === 'boundary';
}

/** The calls that were made within a span, its own among them; one that says no usage tells nothing of its own. */
function within({ kind, below, responseId }: Place, saysUsage: boolean): InferenceBelow | null {
  if (kind !== 'inference' || !saysUsage) return below;
  const responseIds = new Set(below?.responseIds);
  if (responseId !== null) responseIds.add(responseId);
  return { responseIds, anonymous: below?.anonymous === true || responseId === null };
}

function addTo(place: Place, told: InferenceBelow): void {
  place.below ??= { responseIds: new Set(), anonymous: false };
  place.below.anonymous ||= told.anonymous;
  for (const id of told.responseIds) place.below.responseIds.add(id);
}

/** An inference span that is to be judged. */
export interface Telling {
  readonly place: Place;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Does it say what it used? */
  readonly saysUsage: boolean;
}

/** Is this the span by which its call is counted? The answer is remembered, so that a span sent again gets the same. */
export function isCounted(ancestry: Ancestry, trace: Trace, telling: Telling): boolean {
  const { place } = telling;
  place.counted ??=
    !isToldWithin(place) && !isToldAround(ancestry, trace, telling) && !isToldBeside(trace, telling);
  if (place.counted) remember(trace, telling);
  return place.counted;
}

/** A span that adds up what calls within the same parent used is counted only where they did not say it themselves. */
export function isSumOfCounted(ancestry: Ancestry, trace: Trace, { parentSpanId }: Place): boolean {
  return parentSpanId !== null && ancestry.place(trace, parentSpanId).below !== null;
}

function isToldWithin({ below, responseId }: Place): boolean {
  if (below === null) return false;
  return responseId === null || below.anonymous || below.responseIds.has(responseId);
}

/** By a span that came before it; or, where this one says no usage, by any that encloses it. */
function isToldAround(ancestry: Ancestry, trace: Trace, { place, saysUsage }: Telling): boolean {
  for (const outer of ancestry.around(trace, place)) {
    if (endsHere(outer)) return false;
    const same = outer.seen && outer.kind === 'inference' && mayBeSame(outer.responseId, place.responseId);
    if (same && (outer.counted === true || !saysUsage)) return true;
  }
  return false;
}

function mayBeSame(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}

function isToldBeside(trace: Trace, { place, startedAtMs, endedAtMs }: Telling): boolean {
  const calls = place.responseId === null ? undefined : trace.calls.get(place.responseId);
  return (calls ?? []).some(
    (call) => call.spanId !== place.spanId && call.startedAtMs < endedAtMs && startedAtMs < call.endedAtMs,
  );
}

function remember(trace: Trace, { place, startedAtMs, endedAtMs }: Telling): void {
  if (place.responseId === null) return;
  const calls = trace.calls.get(place.responseId) ?? [];
  if (calls.some((call) => call.spanId === place.spanId)) return;
  const latest = calls.slice(1 - MOST_CALLS);
  trace.calls.set(place.responseId, [...latest, { spanId: place.spanId, startedAtMs, endedAtMs }]);
}
