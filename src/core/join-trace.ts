/** Which span an action is, what encloses it, and which answer of a model asked for it. Joined by ids alone. */
import type { ActionRecord } from './action-record.js';
import {
  byPlace,
  enclosing,
  hasPlace,
  isOfSpan,
  isWithin,
  placeOf,
  type SpanPlace,
  type SpanRecord,
  type SpansByPlace,
} from './span-place.js';
import type { TraceMaterial, TracePiece } from './trace.js';

export interface JoinedTrace {
  /** The action's own span; null where no span bears its id. */
  readonly span: SpanRecord | null;
  /** Where it happened, as its span or its guard says. */
  readonly traceId: string | null;
  readonly spanId: string | null;
  /** Places of the spans in that trace that are the action: baggage and MCP carry its id on to what is within it. */
  readonly own: readonly string[];
  /** Places in other traces that bear its id, or are within such: an MCP server may begin a trace of its own. */
  readonly elsewhere: readonly string[];
  /** Agents beside the action's own whose spans bear its id. */
  readonly otherAgents: readonly string[];
  /** From the inside out. */
  readonly ancestors: readonly SpanRecord[];
  /** False where an enclosing span is named that is not known. */
  readonly reachesRoot: boolean;
  /** The provider's id of the call. */
  readonly toolCallId: string | null;
  /** The span whose answer asked for the call. */
  readonly decision: Decision | null;
}

interface Decision extends SpanPlace {
  readonly toolCallId: string;
}

type Found = Pick<TraceMaterial, 'about' | 'spans' | 'pieces'>;

export function joinTrace({ about, spans: records, pieces }: Found): JoinedTrace {
  const spans = byPlace([...records, ...about]);
  const bearing = bearingSpans(about, spans);
  const span = chooseSpan(bearing, about, spans);
  const place = span ?? placedCheck(about) ?? about.find(hasPlace) ?? null;
  const traceId = place?.traceId ?? null;
  const { ancestors, reachesRoot } = around(place, spans);
  const own = bearing.filter((each) => each.traceId === traceId);
  const toolCallId = callIdIn(pieces, chainOf({ place, own, ancestors }));
  const call = place === null || toolCallId === null ? null : { place, toolCallId };
  return {
    span,
    traceId,
    spanId: place?.spanId ?? null,
    own: own.map(placeOf),
    elsewhere: elsewhereOf(bearing, traceId, spans),
    otherAgents: [...new Set(bearing.map(({ agentId }) => agentId))].filter((id) => id !== span?.agentId),
    ancestors,
    reachesRoot,
    toolCallId,
    decision: call && asking(call, pieces, spans),
  };
}

/** Spans with its id; where none has it, the tool's span in which its guard was asked. */
function bearingSpans(about: readonly ActionRecord[], spans: SpansByPlace): readonly SpanRecord[] {
  const bearing = about.filter(isOfSpan);
  if (bearing.length > 0) return bearing;
  const check = placedCheck(about);
  const asked = check && spans.get(placeOf(check));
  return asked?.kind === 'tool' && asked.actionId === null ? [asked] : [];
}

function placedCheck(about: readonly ActionRecord[]): SpanRecord | undefined {
  return about.filter(hasPlace).find(({ origin }) => origin === 'check');
}

/**
 * Of several, the one where its guard was asked; of its guard's agent; a tool's; not the beginning of a trace, as a server's
 * is that nobody handed one; not within another one; the first.
 */
function chooseSpan(
  bearing: readonly SpanRecord[],
  about: readonly ActionRecord[],
  spans: SpansByPlace,
): SpanRecord | null {
  const checks = about.filter(({ origin }) => origin === 'check');
  const traces = new Set(checks.map(({ traceId }) => traceId));
  const tools = new Set(bearing.filter(({ kind }) => kind === 'tool').map(placeOf));
  const ranks = (span: SpanRecord): readonly number[] => [
    Number(!traces.has(span.traceId)),
    Number(span.agentId !== checks[0]?.agentId),
    Number(span.kind !== 'tool'),
    Number(span.parentSpanId === null),
    Number(isWithin(span, tools, spans)),
    span.startedAtMs,
  ];
  const ranked = bearing.map((span) => ({ span, rank: ranks(span) }));
  return ranked.toSorted((a, b) => compare(a.rank, b.rank))[0]?.span ?? null;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function around(place: SpanRecord | null, spans: SpansByPlace) {
  if (place === null) return { ancestors: [], reachesRoot: true };
  // A check names the span that it was made in.
  const outer = place.origin === 'check' ? place.spanId : place.parentSpanId;
  return enclosing({ traceId: place.traceId, outer }, spans);
}

function elsewhereOf(
  bearing: readonly SpanRecord[],
  traceId: string | null,
  spans: SpansByPlace,
): readonly string[] {
  const others = bearing.filter((each) => each.traceId !== traceId);
  const places = new Set(others.map(placeOf));
  if (places.size === 0) return [];
  const within = [...spans.values()].filter(
    (span) => span.traceId !== traceId && isWithin(span, places, spans),
  );
  return [...new Set([...places, ...within.map(placeOf)])];
}

interface Chain {
  readonly place: SpanRecord | null;
  readonly own: readonly SpanRecord[];
  readonly ancestors: readonly SpanRecord[];
}

/** Who may tell the call's id: itself, else who is around it; but what another agent was asked for is another call. */
function chainOf({ place, own, ancestors }: Chain): readonly SpanRecord[] {
  if (place === null) return [];
  const end = ancestors.findIndex(({ agentId, kind }) => agentId !== place.agentId || kind === 'inference');
  return [place, ...own, ...(end === -1 ? ancestors : ancestors.slice(0, end))];
}

function callIdIn(pieces: readonly TracePiece[], chain: readonly SpanRecord[]): string | null {
  const told = new Map<string, string>();
  for (const piece of pieces) {
    const place = placeOf(piece);
    if (piece.toolCallId !== null && isOfTool(piece) && !told.has(place)) told.set(place, piece.toolCallId);
  }
  return (
    chain.map((span) => told.get(placeOf(span)) ?? span.toolCallId).find((id) => id !== undefined) ?? null
  );
}

function isOfTool({ kind }: TracePiece): boolean {
  return kind === 'tool-arguments' || kind === 'tool-result';
}

interface Call {
  readonly place: SpanRecord;
  readonly toolCallId: string;
}

/**
 * Provider ids repeat: within the action's own trace first, the last that was asked before it began; then within its
 * conversation.
 */
function asking(
  { place, toolCallId }: Call,
  pieces: readonly TracePiece[],
  spans: SpansByPlace,
): Decision | null {
  const asked = pieces.filter(
    (piece) =>
      piece.kind === 'tool-arguments' &&
      piece.toolCallId === toolCallId &&
      spans.get(placeOf(piece))?.kind !== 'tool',
  );
  const isHere = ({ traceId }: TracePiece): boolean => traceId === place.traceId;
  const isInference = (piece: TracePiece): boolean => spans.get(placeOf(piece))?.kind === 'inference';
  const begins = (piece: TracePiece): number => spans.get(placeOf(piece))?.startedAtMs ?? piece.atMs;
  const here = asked.filter(isHere).toSorted((a, b) => begins(a) - begins(b));
  const before = here.filter((piece) => isInference(piece) && begins(piece) <= place.startedAtMs);
  const best =
    before.at(-1) ?? here.find(isInference) ?? here[0] ?? asked.findLast(isInference) ?? asked.at(-1);
  return best === undefined ? null : { traceId: best.traceId, spanId: best.spanId, toolCallId };
}
