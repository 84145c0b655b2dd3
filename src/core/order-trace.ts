/** What was said, in the order in which one thing led to another: by time, where clocks and streams do not belie it. */
import { placeOf, type SpanRecord, type SpansByPlace } from './span-place.js';
import { shiftAt, type ClockShifts } from './trace-clock.js';
import type { TracePiece, TracePieceKind } from './trace.js';

/** At one moment: what went in, what came out, what came of it. */
const PHASE: Readonly<Record<TracePieceKind, number>> = {
  system: 0,
  input: 1,
  event: 2,
  reasoning: 2,
  output: 2,
  'tool-arguments': 2,
  'tool-result': 3,
};
const SAID = 2;

/** Pieces of one moment and span keep the order in which they are given. */
export function orderTrace(
  pieces: readonly TracePiece[],
  spans: SpansByPlace,
  shifts: ClockShifts,
): TracePiece[] {
  const moments = askedBeforeDone(pieces, { spans, shifts }, whenTold(pieces, { spans, shifts }));
  const phases = phasesOf(pieces);
  const placed = pieces.map((piece, index) => ({
    piece,
    at: moments[index] ?? piece.atMs,
    phase: phases[index] ?? 0,
  }));
  return placed.toSorted((a, b) => a.at - b.at || a.phase - b.phase).map(({ piece }) => piece);
}

interface Clocked {
  readonly spans: SpansByPlace;
  readonly shifts: ClockShifts;
}

/** A conversation that is told in one breath: its results come before what was made of them. */
function phasesOf(pieces: readonly TracePiece[]): readonly number[] {
  const reached = new Map<string, number>();
  return pieces.map((piece) => {
    const breath = breathOf(piece);
    const phase = Math.max(reached.get(breath) ?? 0, PHASE[piece.kind]);
    reached.set(breath, phase);
    return phase;
  });
}

/** What one span tells at one moment. */
function breathOf(piece: TracePiece): string {
  return `${placeOf(piece)} ${piece.atMs}`;
}

/** Some tell at the end of a call both what went in and what came out: it went in when the call began. */
function whenTold(pieces: readonly TracePiece[], { spans, shifts }: Clocked): readonly number[] {
  const whole = new Set(pieces.filter(({ kind }) => PHASE[kind] === SAID && kind !== 'event').map(breathOf));
  const answered = new Set<string>();
  return pieces.map((piece) => {
    const shift = shiftAt(shifts, piece);
    const breath = breathOf(piece);
    if (PHASE[piece.kind] === SAID) answered.add(breath);
    const span = spans.get(placeOf(piece));
    const isInput = span?.kind === 'inference' && whole.has(breath) && !answered.has(breath);
    return (isInput ? Math.min(piece.atMs, span.startedAtMs) : piece.atMs) + shift;
  });
}

/** Less than anything that is told. */
const JUST_BEFORE = 1e-3;

/**
 * When each was said, as far as one can tell. Tools begin while the answer that asks for them still streams, and what it
 * said ends with its span: it was said before what it asked for began.
 */
function askedBeforeDone(
  pieces: readonly TracePiece[],
  { spans, shifts }: Clocked,
  told: readonly number[],
): readonly number[] {
  const begun = callsBegun(pieces, { spans, shifts });
  const moments = [...told];
  const latest = new Map<string, number>();
  for (const [index, piece] of [...pieces.entries()].toReversed()) {
    const span = spans.get(placeOf(piece));
    if (span === undefined || span.kind === 'tool') continue;
    const since = span.startedAtMs + shiftAt(shifts, span);
    const calls = piece.kind === 'tool-arguments' ? (begun.get(callKey(piece)) ?? []) : [];
    const first = Math.min(...calls.filter((at) => at >= since)) - JUST_BEFORE;
    // What went in before the answer did so, too, if both were told in one breath.
    const key = PHASE[piece.kind] === SAID ? placeOf(span) : breathOf(piece);
    const bound = Math.min(first, latest.get(key) ?? Number.POSITIVE_INFINITY);
    if (bound === Number.POSITIVE_INFINITY) continue;
    latest.set(placeOf(span), Math.min(bound, latest.get(placeOf(span)) ?? bound));
    latest.set(breathOf(piece), bound);
    moments[index] = Math.max(since, Math.min(moments[index] ?? piece.atMs, bound));
  }
  return moments;
}

/** When tools began, by the ids of their calls: those repeat. */
function callsBegun(
  pieces: readonly TracePiece[],
  { spans, shifts }: Clocked,
): ReadonlyMap<string, readonly number[]> {
  const begun = new Map<string, number[]>();
  const note = (span: SpanRecord, toolCallId: string): void => {
    const key = callKey({ traceId: span.traceId, toolCallId });
    const at = span.startedAtMs + shiftAt(shifts, span);
    const others = begun.get(key);
    if (others === undefined) begun.set(key, [at]);
    else others.push(at);
  };
  for (const piece of pieces) {
    const span = spans.get(placeOf(piece));
    if (span?.kind === 'tool' && piece.toolCallId !== null) note(span, piece.toolCallId);
  }
  for (const span of spans.values()) if (span.toolCallId !== undefined) note(span, span.toolCallId);
  return begun;
}

/** Ids of calls are the provider's, and repeat over traces. */
function callKey({ traceId, toolCallId }: Pick<TracePiece, 'traceId' | 'toolCallId'>): string {
  return `${traceId} ${toolCallId}`;
}
