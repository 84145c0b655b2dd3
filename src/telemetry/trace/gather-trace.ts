import type { ActionRecord } from '../../core/action-record.js';
import type { ContentState, TraceMaterial, TracePiece } from '../../core/trace.js';
import type { ContentStore, TraceRead } from '../content/content-store.js';
import type { GapTable } from '../database/gap-table.js';
import type { TraceTable } from '../database/trace-table.js';

export interface GatherParts {
  readonly traces: TraceTable;
  readonly content: ContentStore;
  readonly gaps: GapTable;
}

const MOST_RECORDS = 200;
const MOST_SPANS = 5_000;
/** Traces of one conversation: what was said before explains the action, what came after shows what it led to. */
const CONVERSATION = { before: 10, after: 5 };
/** Text in one answer. */
const MOST_CHARACTERS = 4_194_304;
/** An act and the report of it are seldom further apart. */
const GAP_AROUND_MS = 60_000;

/** Collects what is stored around an action, opened. Everything is bounded, and says so where it was too much. */
export function gatherTrace(actionId: string, { traces, content, gaps }: GatherParts): TraceMaterial {
  const about = traces.ofAction(actionId, MOST_RECORDS);
  const own = distinct(about.flatMap(({ traceId }) => traceId ?? []));
  const spans = own.flatMap((traceId) => traces.ofTrace(traceId, MOST_SPANS));
  const conversation = conversationOf([...about, ...spans], traces);
  const others = (conversation?.traceIds ?? []).filter((traceId) => !own.includes(traceId));
  const budget = { left: MOST_CHARACTERS, isCut: about.length >= MOST_RECORDS || spans.length >= MOST_SPANS };
  const reads = [...own, ...others].map((traceId) => ({ traceId, read: content.read(traceId) }));
  const pieces = reads.flatMap(({ read }) => (read.kind === 'stored' ? within(budget, read.pieces) : []));
  return {
    about,
    spans: [...spans, ...others.flatMap((traceId) => traces.ofTrace(traceId, MOST_SPANS))],
    conversation,
    pieces,
    content: reads.map(({ traceId, read }) => ({ traceId, state: stateOf(read) })),
    gaps: gapsAround(about, gaps),
    isCut: budget.isCut,
  };
}

function conversationOf(records: readonly ActionRecord[], traces: TraceTable): TraceMaterial['conversation'] {
  const [first] = records;
  const id = records.find(({ conversationId }) => conversationId !== null)?.conversationId ?? null;
  if (id === null || first === undefined) return null;
  return { id, traceIds: traces.ofConversation(id, first.atMs, CONVERSATION) };
}

/** Whole pieces, as long as they fit. */
function within(budget: { left: number; isCut: boolean }, pieces: readonly TracePiece[]): TracePiece[] {
  return pieces.filter(({ text }) => {
    const fits = text.length <= budget.left;
    if (fits) budget.left -= text.length;
    else budget.isCut = true;
    return fits;
  });
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
