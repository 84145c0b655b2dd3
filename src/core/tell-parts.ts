import { enclosing, placeOf, type SpanRecord, type SpansByPlace } from './span-place.js';
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

/** Characters of one part in an answer. */
export const MOST_TEXT = 262_144;
/** Of what the action itself was given and gave back: it is what people ask for. */
export const MOST_OWN_TEXT = 2_097_152;

interface Telling {
  readonly relationOf: (piece: TracePiece) => TraceRelation;
  readonly ancestors: readonly SpanRecord[];
  readonly spans: SpansByPlace;
}

/** The parts of an answer. */
export function tellParts(pieces: readonly TracePiece[], telling: Telling): TracePart[] {
  const relations = pieces.map(telling.relationOf);
  const final = finalOutput(pieces, relations.lastIndexOf('action'), telling);
  return pieces.map((piece, index) => {
    const relation = relations[index] ?? 'around';
    const most = relation === 'action' ? MOST_OWN_TEXT : MOST_TEXT;
    return {
      part: NAMES[piece.kind],
      text: piece.text.slice(0, most),
      cutOff: Math.max(0, piece.text.length - most),
      at: new Date(piece.atMs).toISOString(),
      traceId: piece.traceId,
      spanId: piece.spanId,
      toolCallId: piece.toolCallId,
      relation,
      isFinal: index === final,
    };
  });
}

/** One trace may hold many runs: the last output of the nearest span around in which something was said afterwards. */
function finalOutput(
  pieces: readonly TracePiece[],
  action: number,
  { ancestors, spans }: Omit<Telling, 'relationOf'>,
): number {
  const outputs = [...pieces.entries()]
    .filter(([index, { kind }]) => kind === 'output' && index > action)
    .map(([index, { traceId, spanId }]) => ({
      index,
      around: new Set(enclosing({ traceId, outer: spanId }, spans).ancestors.map(placeOf)),
    }));
  for (const outer of ancestors) {
    const last = outputs.findLast(({ around }) => around.has(placeOf(outer)));
    if (last !== undefined) return last.index;
  }
  return pieces.findLastIndex(({ kind }) => kind === 'output');
}
