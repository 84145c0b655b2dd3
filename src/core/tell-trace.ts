import type { JoinedTrace } from './join-trace.js';
import { orderTrace } from './order-trace.js';
import { byPlace, placeOf } from './span-place.js';
import { tellOnce } from './tell-once.js';
import { clockShifts } from './trace-clock.js';
import type { TraceMaterial, TracePiece } from './trace.js';

/** What was said around an action, in order, each thing once; and how much a clock is behind, at the most. */
export function tellTrace(
  { traceId, decision, elsewhere }: JoinedTrace,
  { spans: records, pieces }: Pick<TraceMaterial, 'spans' | 'pieces'>,
): { readonly pieces: readonly TracePiece[]; readonly clockBehindMs: number } {
  const told = new Set([...elsewhere, ...(decision === null ? [] : [placeOf(decision)])]);
  const spans = byPlace(records);
  const concerned = pieces.filter((piece) => piece.traceId === traceId || told.has(placeOf(piece)));
  const ofTraces = new Set(concerned.map((piece) => piece.traceId));
  const shifts = clockShifts(spans);
  const behind = [...spans.values()].filter((span) => ofTraces.has(span.traceId));
  return {
    pieces: tellOnce(orderTrace(concerned, spans, shifts), spans),
    clockBehindMs: behind.reduce((most, span) => Math.max(most, shifts.get(placeOf(span)) ?? 0), 0),
  };
}
