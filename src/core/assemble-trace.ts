import type { ActionRecord, RecordOutcome } from './action-record.js';
import type { HeldAttempt } from './quarantine.js';
import type { JoinedTrace } from './join-trace.js';
import { byPlace, placeOf } from './span-place.js';
import type {
  ActionTrace,
  TraceMaterial,
  TraceOutcome,
  TraceQuarantine,
  TraceRelation,
  TraceSpan,
  TraceVerdict,
} from './trace.js';
import { tellParts } from './tell-parts.js';
import { unknownInTrace } from './unknown-in-trace.js';

/** The trace around an action, with what its quarantine knows; undefined where no record bears its id. */
export function assembleTrace(
  actionId: string,
  material: TraceMaterial,
  held: HeldAttempt | null = null,
): ActionTrace | undefined {
  const { about, joined } = material;
  const best = joined.span ?? about.find(({ kind }) => kind === 'tool') ?? about[0];
  if (best === undefined) return undefined;
  const { traceId, decision } = joined;
  const relationOf = relations(joined, material.spans);
  const parts = tellParts(material.pieces, {
    relationOf,
    ancestors: joined.ancestors,
    spans: byPlace(material.spans),
  });
  const [check, ...otherChecks] = checksIn(about, best);
  // The guard names things as the runbooks do; a framework may call them otherwise.
  const told = [...(check === undefined ? [] : [check]), best, ...about];
  const spanOf = (record: ActionRecord): TraceSpan[] => asSpan(record, relationOf);
  const elsewhere = new Set(joined.elsewhere);
  return {
    actionId,
    agentId: (check ?? best).agentId,
    tool: firstOf(told, ({ tool }) => tool),
    endpoint: firstOf(told, ({ endpoint }) => endpoint),
    actionClass: firstOf(told, (record) => record.actionClass),
    at: instantOf(joined.span?.startedAtMs ?? best.atMs),
    outcome: decidedOutcome(outcomeOf(best, about), held),
    traceId,
    spanId: joined.span?.spanId ?? null,
    parentActionId: parentOf(told, joined, actionId),
    check: check === undefined ? null : asCheck(check),
    otherChecks: otherChecks.map((other) => ({ agentId: other.agentId, ...asCheck(other) })),
    quarantine: held === null ? null : asQuarantine(held),
    reports: about.filter(isBeside).map(asReport),
    decision,
    ancestors: joined.ancestors.flatMap(spanOf),
    conversation: conversationIn(material, spanOf),
    spans: material.spans
      .filter((record) => record.traceId === traceId || elsewhere.has(keyOf(record)))
      .toSorted(byTime)
      .flatMap(spanOf),
    parts,
    unknown: unknownInTrace({ material, parts, hasCheck: check !== undefined }),
  };
}

interface Placed {
  readonly traceId: string | null;
  readonly spanId: string | null;
}

function relations(
  { traceId, span, own, elsewhere, decision, ancestors }: JoinedTrace,
  spans: readonly ActionRecord[],
): (placed: Placed) => TraceRelation {
  const outer = new Set(ancestors.map(keyOf));
  const inOtherTrace = new Set(elsewhere);
  const bySame = spans.filter(
    (record) => inOtherTrace.has(keyOf(record)) && record.agentId === span?.agentId,
  );
  const action = new Set([...own, ...bySame.map(keyOf)]);
  return (placed) => {
    const key = keyOf(placed);
    if (placed.traceId === decision?.traceId && placed.spanId === decision?.spanId) return 'decision';
    if (action.has(key)) return 'action';
    return placed.traceId === traceId && outer.has(key) ? 'ancestor' : 'around';
  };
}

/** Where it was told; of what has no span, nothing that a span has. */
function keyOf({ traceId, spanId }: Placed): string {
  return traceId === null || spanId === null ? '' : placeOf({ traceId, spanId });
}

/** As it was told, else that of the tool around it, also where another agent was asked. What it carries on is itself. */
function parentOf(
  told: readonly ActionRecord[],
  { ancestors }: JoinedTrace,
  actionId: string,
): string | null {
  const ids = [
    ...told.map(({ parentActionId }) => parentActionId),
    ...ancestors.map((each) => each.actionId),
  ];
  return ids.find((id) => id !== null && id !== actionId) ?? null;
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

/** That of the agent whose span it is, then those of others. */
function checksIn(about: readonly ActionRecord[], { agentId }: ActionRecord): readonly ActionRecord[] {
  const checks = about.filter(({ origin }) => origin === 'check');
  return checks.toSorted((a, b) => Number(a.agentId !== agentId) - Number(b.agentId !== agentId));
}

function asCheck({ atMs, outcome }: ActionRecord): { readonly at: string; readonly verdict: TraceVerdict } {
  const verdict = outcome === 'denied' ? 'deny' : outcome === 'held' ? 'hold' : 'allow';
  return { at: instantOf(atMs), verdict };
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
