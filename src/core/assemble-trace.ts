import type { ActionRecord, RecordOutcome } from './action-record.js';
import type { HeldAttempt } from './quarantine.js';
import { joinTrace, type JoinedTrace } from './join-trace.js';
import { orderTrace } from './order-trace.js';
import type {
  ActionTrace,
  TraceMaterial,
  TraceOutcome,
  TraceQuarantine,
  TraceRelation,
  TraceSpan,
} from './trace.js';
import { unknownInTrace } from './unknown-in-trace.js';

/** The trace around an action, with what its quarantine knows; undefined where no record bears its id. */
export function assembleTrace(
  actionId: string,
  material: TraceMaterial,
  held: HeldAttempt | null = null,
): ActionTrace | undefined {
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
    outcome: decidedOutcome(outcomeOf(best, about), held),
    traceId,
    spanId: joined.span?.spanId ?? null,
    parentActionId: firstOf(told, (record) => record.parentActionId),
    check,
    quarantine: held === null ? null : asQuarantine(held),
    reports: about.filter(isBeside).map(asReport),
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

/** Reported beside the act: an artifact or a review. A log record may tell of the act itself. */
function isBeside({ origin, kind }: ActionRecord): boolean {
  return origin === 'event' && kind !== 'tool';
}

/** What a span says counts before what is known from before it happened. */
function outcomeOf(best: ActionRecord, about: readonly ActionRecord[]): RecordOutcome {
  if (best.outcome !== 'unknown') return best.outcome;
  return about.find((record) => !isBeside(record) && record.outcome !== 'unknown')?.outcome ?? 'unknown';
}

/** A guard reports that an attempt is held, and no more: what came of it then, the quarantine knows. */
function decidedOutcome(outcome: RecordOutcome, held: HeldAttempt | null): TraceOutcome {
  if (outcome !== 'held' || held === null) return outcome;
  switch (held.state) {
    case 'held':
      return 'held';
    case 'released':
    case 'used':
      return 'released';
    case 'rejected':
    case 'expired':
      return 'denied';
    case 'refused':
      // Its order was lifted: the guard judged it once more, like any other, and what it then said is not kept.
      return held.refusal?.why === 'lifted' ? 'unknown' : 'denied';
  }
}

function asQuarantine({
  id,
  attempt,
  haltId,
  state,
  at,
  release,
  rejection,
  used,
  refusal,
}: HeldAttempt): TraceQuarantine {
  const decision = rejection ?? release;
  return {
    id,
    agentId: attempt.agentId,
    haltId,
    state,
    heldAt: at,
    decidedBy: decision?.by ?? null,
    decidedAt: decision?.at ?? null,
    usedAt: used?.at ?? null,
    refusedBecause: refusal?.why ?? null,
  };
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
