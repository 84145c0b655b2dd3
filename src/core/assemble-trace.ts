import type { ActionRecord, RecordOutcome } from './action-record.js';
import { joinTrace, type JoinedTrace } from './join-trace.js';
import { orderTrace } from './order-trace.js';
import type { ActionTrace, TraceMaterial, TraceRelation, TraceSpan } from './trace.js';
import { unknownInTrace } from './unknown-in-trace.js';

/** The trace around an action; undefined where nothing bears its id. */
export function assembleTrace(actionId: string, material: TraceMaterial): ActionTrace | undefined {
  const { about } = material;
  const joined = joinTrace(material);
  const best = joined.span ?? about.find(({ kind }) => kind === 'tool') ?? about[0];
  if (best === undefined) return undefined;
  const relationOf = relations(joined);
  const { traceId, decision } = joined;
  const concerned = material.pieces.filter(
    (piece) =>
      piece.traceId === traceId || (piece.traceId === decision?.traceId && piece.spanId === decision.spanId),
  );
  const parts = orderTrace(concerned, relationOf);
  const check = checkIn(about);
  // The guard names things as the runbooks do; a framework may call them otherwise.
  const told = [...about.filter(({ origin }) => origin === 'check'), best, ...about];
  const spanOf = (record: ActionRecord): TraceSpan[] => asSpan(record, relationOf);
  return {
    actionId,
    agentId: best.agentId,
    tool: firstOf(told, ({ tool }) => tool),
    endpoint: firstOf(told, ({ endpoint }) => endpoint),
    actionClass: firstOf(told, (record) => record.actionClass),
    at: instantOf(joined.span?.startedAtMs ?? best.atMs),
    outcome: outcomeOf(best, about),
    traceId,
    spanId: joined.span?.spanId ?? null,
    parentActionId: firstOf(told, (record) => record.parentActionId),
    check,
    reports: about.filter(({ origin }) => origin === 'event').map(asReport),
    decision,
    ancestors: joined.ancestors.flatMap(spanOf),
    conversation: conversationIn(material, spanOf),
    spans: material.spans
      .filter((record) => record.traceId === traceId)
      .toSorted(byTime)
      .flatMap(spanOf),
    parts,
    unknown: unknownInTrace({ material, joined, parts, check }),
  };
}

interface Placed {
  readonly traceId: string | null;
  readonly spanId: string | null;
}

function relations({ traceId, span, decision, ancestors }: JoinedTrace): (placed: Placed) => TraceRelation {
  const outer = new Set(ancestors.map(({ spanId }) => spanId));
  return (placed) => {
    if (placed.traceId === decision?.traceId && placed.spanId === decision?.spanId) return 'decision';
    if (placed.traceId !== traceId || placed.spanId === null) return 'around';
    if (placed.spanId === span?.spanId) return 'action';
    return outer.has(placed.spanId) ? 'ancestor' : 'around';
  };
}

function conversationIn(
  { conversation, spans }: TraceMaterial,
  spanOf: (record: ActionRecord) => TraceSpan[],
): ActionTrace['conversation'] {
  if (conversation === null) return null;
  const traceIds = new Set(conversation.traceIds);
  const within = spans.filter(({ traceId }) => traceId !== null && traceIds.has(traceId));
  return { id: conversation.id, spans: within.toSorted(byTime).flatMap(spanOf) };
}

function checkIn(about: readonly ActionRecord[]): ActionTrace['check'] {
  const check = about.find(({ origin }) => origin === 'check');
  if (check === undefined) return null;
  const verdict = check.outcome === 'denied' ? 'deny' : check.outcome === 'held' ? 'hold' : 'allow';
  return { at: instantOf(check.atMs), verdict };
}

/** What a span says counts before what is known from before it happened. */
function outcomeOf(best: ActionRecord, about: readonly ActionRecord[]): RecordOutcome {
  if (best.outcome !== 'unknown') return best.outcome;
  return (
    about.find(({ origin, outcome }) => origin !== 'event' && outcome !== 'unknown')?.outcome ?? 'unknown'
  );
}

function asReport({ kind, review, atMs, customerVisible }: ActionRecord): ActionTrace['reports'][number] {
  const isReview = kind === 'other' && review !== null;
  return {
    kind: kind === 'artifact' ? 'artifact' : isReview ? 'review' : 'other',
    at: instantOf(atMs),
    customerVisible,
    review,
  };
}

function asSpan(record: ActionRecord, relationOf: (placed: Placed) => TraceRelation): TraceSpan[] {
  const { traceId, spanId, origin, parentSpanId, kind, agentId, tool, actionId, startedAtMs, atMs, outcome } =
    record;
  if (traceId === null || spanId === null || origin !== 'span') return [];
  const [startedAt, endedAt] = [instantOf(startedAtMs), instantOf(atMs)];
  const relation = relationOf(record);
  return [
    { traceId, spanId, parentSpanId, kind, agentId, tool, actionId, startedAt, endedAt, outcome, relation },
  ];
}

function firstOf<T>(told: readonly ActionRecord[], pick: (record: ActionRecord) => T | null): T | null {
  return told.map(pick).find((value) => value !== null) ?? null;
}

function byTime(a: ActionRecord, b: ActionRecord): number {
  return a.startedAtMs - b.startedAtMs || b.atMs - a.atMs;
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}
