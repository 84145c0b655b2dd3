import type { ActionRecord } from '../../core/action-record.js';
import { joinTrace } from '../../core/join-trace.js';
import { byPlace, placeOf } from '../../core/span-place.js';
import { tellTrace } from '../../core/tell-trace.js';
import type { ContentState, TraceMaterial, TracePiece } from '../../core/trace.js';
import type { ContentStore, TraceRead } from '../content/content-store.js';
import type { GapTable } from '../database/gap-table.js';
import type { PurgeTable } from '../retention/purge-table.js';
import type { TraceTable } from '../database/trace-table.js';
import { piecesThatFit } from './pieces-that-fit.js';

export interface GatherParts {
  readonly traces: TraceTable;
  readonly content: ContentStore;
  readonly gaps: GapTable;
  readonly purges: Pick<PurgeTable, 'lastFinished'>;
}

const MOST_RECORDS = 200;
const MOST_SPANS = 5_000;
/** Spans around one: links may run in circles. */
const FURTHEST = 64;
/** Traces of one conversation: what was said before explains the action, what came after shows what it led to. */
const CONVERSATION = { before: 10, after: 5 };
/** An act and the report of it are seldom further apart. */
const GAP_AROUND_MS = 60_000;

/** Collects what is stored around an action, opened. Everything is bounded, and says so where it was too much. */
export function gatherTrace(actionId: string, parts: GatherParts): TraceMaterial {
  const { traces, gaps } = parts;
  const about = traces.ofAction(actionId, MOST_RECORDS);
  const own = distinct(about.flatMap(({ traceId }) => traceId ?? []));
  const ownSpans = own.flatMap((traceId) => traces.ofTrace(traceId, MOST_SPANS));
  const conversation = conversationOf([...about, ...ownSpans], traces);
  const others = (conversation?.traceIds ?? []).filter((traceId) => !own.includes(traceId));
  const spans = [
    ...withAncestors([...about, ...ownSpans], traces),
    ...others.flatMap((traceId) => traces.ofTrace(traceId, MOST_SPANS)),
  ];
  const { joined, reads } = join({ about, spans, own, others }, parts);
  const told = tellTrace(joined, { spans, pieces: reads.flatMap(({ read }) => piecesIn(read)) });
  const fitting = piecesThatFit(told.pieces, joined);
  return {
    about,
    spans,
    joined,
    clockBehindMs: told.clockBehindMs,
    conversation,
    pieces: fitting,
    leftOut: told.pieces.length - fitting.length,
    content: reads.map(({ traceId, read }) => ({ traceId, state: stateOf(read) })),
    gaps: gapsAround(about, gaps),
    isCut: about.length >= MOST_RECORDS || ownSpans.length >= MOST_SPANS,
    purge: parts.purges.lastFinished(),
  };
}

interface Found {
  readonly about: readonly ActionRecord[];
  readonly spans: readonly ActionRecord[];
  readonly own: readonly string[];
  readonly others: readonly string[];
}

/** Other traces of its conversation are opened only where its own do not tell who asked for it. */
function join({ about, spans, own, others }: Found, { content }: GatherParts) {
  const reading = (traceId: string) => ({ traceId, read: content.read(traceId) });
  const ofOwn = own.map(reading);
  const joining = (reads: typeof ofOwn) =>
    joinTrace({ about, spans, pieces: reads.flatMap(({ read }) => piecesIn(read)) });
  const joined = joining(ofOwn);
  if (joined.decision !== null || joined.toolCallId === null || others.length === 0)
    return { joined, reads: ofOwn };
  const reads = [...ofOwn, ...others.map(reading)];
  return { joined: joining(reads), reads };
}

/** A trace may have more spans than were read: what is around the action is read whatever else is left out. */
function withAncestors(records: readonly ActionRecord[], traces: TraceTable): readonly ActionRecord[] {
  const known = new Map(byPlace(records));
  const found: ActionRecord[] = [];
  for (const { traceId, spanId, parentSpanId, origin } of records.slice(0, MOST_RECORDS)) {
    let outer = origin === 'span' ? parentSpanId : spanId;
    for (let steps = 0; traceId !== null && outer !== null && steps < FURTHEST; steps += 1) {
      const place = placeOf({ traceId, spanId: outer });
      const span = known.get(place) ?? traces.ofSpan(traceId, outer);
      if (span === undefined) break;
      if (!known.has(place)) {
        known.set(place, { ...span, traceId, spanId: outer });
        found.push(span);
      }
      outer = span.parentSpanId;
    }
  }
  return [...byPlace(records).values(), ...found];
}

function conversationOf(records: readonly ActionRecord[], traces: TraceTable): TraceMaterial['conversation'] {
  const [first] = records;
  const id = records.find(({ conversationId }) => conversationId !== null)?.conversationId ?? null;
  if (id === null || first === undefined) return null;
  return { id, traceIds: traces.ofConversation(id, first.atMs, CONVERSATION) };
}

function piecesIn(read: TraceRead): readonly TracePiece[] {
  return read.kind === 'stored' ? read.pieces : [];
}

function stateOf(read: TraceRead): ContentState {
  if (read.kind !== 'stored') return read;
  const { pieces, unstored, unreadable } = read;
  if (pieces.length + unreadable > 0) return { kind: 'stored', unstored, unreadable };
  return unstored > 0 ? { kind: 'unstored', unstored } : { kind: 'none' };
}

function gapsAround(about: readonly ActionRecord[], gaps: GapTable): TraceMaterial['gaps'] {
  const [first] = about;
  if (first === undefined) return [];
  return gaps.around(first.agentId, first.atMs - GAP_AROUND_MS, first.atMs + GAP_AROUND_MS);
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
