/** What was said, in order, each thing once: every call of a model repeats the conversation before it. */
import type { TracePart, TracePartName, TracePiece, TracePieceKind, TraceRelation } from './trace.js';

const NAMES: Readonly<Record<TracePieceKind, TracePartName>> = {
  system: 'instructions',
  input: 'prompt',
  reasoning: 'reasoning',
  output: 'output',
  'tool-arguments': 'tool-call',
  'tool-result': 'tool-result',
  event: 'event',
};

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

/** Characters of one part in an answer. */
const MOST_TEXT = 262_144;

/** Pieces of one moment keep the order in which they are given. */
export function orderTrace(
  pieces: readonly TracePiece[],
  relationOf: (piece: TracePiece) => TraceRelation,
): TracePart[] {
  const inOrder = pieces.toSorted((a, b) => a.atMs - b.atMs || PHASE[a.kind] - PHASE[b.kind]);
  const once = withoutRepeats(inOrder);
  const final = once.findLastIndex(({ kind }) => kind === 'output');
  return once.map((piece, index) => ({
    part: NAMES[piece.kind],
    text: piece.text.slice(0, MOST_TEXT),
    cutOff: Math.max(0, piece.text.length - MOST_TEXT),
    at: new Date(piece.atMs).toISOString(),
    traceId: piece.traceId,
    spanId: piece.spanId,
    toolCallId: piece.toolCallId,
    relation: relationOf(piece),
    isFinal: index === final,
  }));
}

/** A prompt that says again what was said, a result that comes back as history, an answer that the span around repeats. */
function withoutRepeats(pieces: readonly TracePiece[]): TracePiece[] {
  const texts = new Set<string>();
  const results = new Set<string>();
  return pieces.filter((piece) => {
    const isHistory = piece.kind === 'input' && texts.has(piece.text);
    const said = `${piece.kind} ${piece.toolCallId ?? ''} ${piece.text}`;
    const isResultAgain =
      piece.kind === 'tool-result' && piece.toolCallId !== null && results.has(piece.toolCallId);
    if (isHistory || isResultAgain || texts.has(said)) return false;
    texts.add(piece.text).add(said);
    if (piece.kind === 'tool-result' && piece.toolCallId !== null) results.add(piece.toolCallId);
    return true;
  });
}
