/** Which span an action is, what encloses it, and which answer of a model asked for it. Joined by ids alone. */
import type { ActionRecord } from './action-record.js';
import type { TraceMaterial, TracePiece } from './trace.js';

/** A record that has a span. */
export type SpanRecord = ActionRecord & { readonly traceId: string; readonly spanId: string };

export interface JoinedTrace {
  /** The action's own span; null where no span bears its id. */
  readonly span: SpanRecord | null;
  /** Where it happened, as its span or its guard says. */
  readonly traceId: string | null;
  readonly spanId: string | null;
  /** From the inside out. */
  readonly ancestors: readonly SpanRecord[];
  /** False where an enclosing span is named that is not known. */
  readonly reachesRoot: boolean;
  /** The provider's id of the call. */
  readonly toolCallId: string | null;
  /** The span whose answer asked for the call. */
  readonly decision: {
    readonly traceId: string;
    readonly spanId: string;
    readonly toolCallId: string;
  } | null;
}

/** Further out is no ancestor: links may run in circles. */
const FURTHEST = 64;

export function joinTrace({ about, spans, pieces }: TraceMaterial): JoinedTrace {
  const withSpan = about.filter(hasSpan);
  const own = withSpan.filter(({ origin }) => origin === 'span');
  // Through MCP both ends bear the id: the inner span is the work, and it began last.
  const span = innermost(own.filter(({ kind }) => kind === 'tool')) ?? own[0] ?? null;
  const place = span ?? withSpan.find(({ origin }) => origin === 'check') ?? withSpan[0] ?? null;
  const traceId = place?.traceId ?? null;
  const spanId = place?.spanId ?? null;
  const { ancestors, reachesRoot } = around(place, spans.filter(hasSpan));
  const chain = [spanId, ...own.map((each) => each.spanId), ...ancestors.map((each) => each.spanId)];
  const toolCallId = traceId === null ? null : callIdIn(pieces, traceId, chain);
  const decision =
    toolCallId === null || traceId === null ? null : asking({ pieces, spans, traceId, toolCallId });
  return { span, traceId, spanId, ancestors, reachesRoot, toolCallId, decision };
}

function hasSpan(record: ActionRecord): record is SpanRecord {
  return record.traceId !== null && record.spanId !== null;
}

function innermost(spans: readonly SpanRecord[]): SpanRecord | undefined {
  return spans.toSorted((a, b) => b.startedAtMs - a.startedAtMs)[0];
}

function around(place: SpanRecord | null, spans: readonly SpanRecord[]) {
  const ancestors: SpanRecord[] = [];
  const ofTrace = new Map(
    spans
      .filter(({ traceId, origin }) => traceId === place?.traceId && origin === 'span')
      .map((each) => [each.spanId, each]),
  );
  // A check names the span that it was made in.
  let next = place?.origin === 'check' ? place.spanId : (place?.parentSpanId ?? null);
  while (next !== null && ancestors.length < FURTHEST) {
    const outer = ofTrace.get(next);
    if (outer === undefined) return { ancestors, reachesRoot: false };
    ancestors.push(outer);
    next = outer.parentSpanId;
  }
  return { ancestors, reachesRoot: true };
}

/** The call's id as its own span tells it, else the nearest around. */
function callIdIn(
  pieces: readonly TracePiece[],
  traceId: string,
  chain: readonly (string | null)[],
): string | null {
  for (const spanId of chain) {
    const piece = pieces.find(
      (each) =>
        each.traceId === traceId && each.spanId === spanId && each.toolCallId !== null && isOfTool(each),
    );
    if (piece !== undefined) return piece.toolCallId;
  }
  return null;
}

function isOfTool({ kind }: TracePiece): boolean {
  return kind === 'tool-arguments' || kind === 'tool-result';
}

interface Asking extends Pick<TraceMaterial, 'pieces' | 'spans'> {
  readonly traceId: string;
  readonly toolCallId: string;
}

/** Provider ids repeat over traces: within the action's own first, then within its conversation. */
function asking({ pieces, spans, traceId, toolCallId }: Asking): JoinedTrace['decision'] {
  const inferences = new Set(
    spans.flatMap(({ kind, traceId: trace, spanId }) => (kind === 'inference' ? [`${trace} ${spanId}`] : [])),
  );
  const tools = new Set(
    spans.flatMap(({ kind, traceId: trace, spanId }) => (kind === 'tool' ? [`${trace} ${spanId}`] : [])),
  );
  const key = (piece: TracePiece): string => `${piece.traceId} ${piece.spanId}`;
  const asked = pieces.filter(
    (piece) => piece.kind === 'tool-arguments' && piece.toolCallId === toolCallId && !tools.has(key(piece)),
  );
  const isHere = (piece: TracePiece): boolean => piece.traceId === traceId;
  const isInference = (piece: TracePiece): boolean => inferences.has(key(piece));
  const best =
    asked.find((piece) => isHere(piece) && isInference(piece)) ??
    asked.find(isHere) ??
    asked.findLast(isInference) ??
    asked.at(-1);
  return best === undefined ? null : { traceId: best.traceId, spanId: best.spanId, toolCallId };
}
