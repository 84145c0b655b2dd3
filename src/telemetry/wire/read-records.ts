import type { ActionRecord } from '../../core/action-record.js';
import { toldAgent } from './agent-of.js';
import type { PlaceKind } from './ancestry.js';
import { SLOT } from './attribute-names.js';
import { correctOrphans } from './correct-agents.js';
import { saysUsage } from './cost-of.js';
import { tellAbove } from './count-once.js';
import { calledBy } from './endpoint-of.js';
import { kindOf } from './kind-of.js';
import type { SpanKind } from './kind-words.js';
import { nestedCalls } from './nested-calls.js';
import { contentOfLog, contentOfSpan } from './read-content.js';
import { agentOfLog, recordOfLog } from './record-of-log.js';
import type { ReadingContext, Sighting } from './reading-context.js';
import { recordOfSpan } from './record-of-span.js';
import { actionIdAt, nameAt } from './slot-values.js';
import type {
  ContentPiece,
  Correction,
  Decoded,
  DecodedLog,
  DecodedSpan,
  ReadTelemetry,
  Teller,
} from './types.js';

/**
 * Reads what was decoded: a record for each span that has to do with an agent, and the pieces of what was said. The agent
 * of a span is the one that it tells itself, else the nearest enclosing span that tells one, else its resource's, else
 * `service.name`. Reading the same again gives the same records.
 */
export function readRecords(decoded: Decoded, context: ReadingContext): ReadTelemetry {
  context.ancestry.forget();
  const sightings = decoded.spans.map((span) => see(span, context));
  const corrections: Correction[] = [];
  for (const sighting of sightings) fillPlace(sighting, context, corrections);
  const records: ActionRecord[] = [];
  const content: ContentPiece[] = [];
  const tellers = new Map<string, Teller>();
  for (const sighting of sightings) {
    const record = recordOfSpan(sighting, context);
    if (record !== null) records.push(record);
    contentOfSpan(sighting.span, sighting.kind, content);
  }
  for (const log of decoded.events) {
    const record = recordOfLog(log, context);
    if (record !== null) records.push(record);
    const before = content.length;
    contentOfLog(log, context.receivedAtMs, content);
    if (record === null && content.length > before) noteTeller(log, context, tellers);
  }
  return { records, content, corrections, tellers: [...tellers.values()] };
}

/** Once a request: log records of one trace come one after the other. */
function noteTeller(log: DecodedLog, context: ReadingContext, tellers: Map<string, Teller>): void {
  const { traceId } = log;
  if (traceId === null) return;
  const agentId = agentOfLog(log, context);
  const atMs = log.atMs ?? context.receivedAtMs;
  tellers.set(`${traceId} ${agentId}`, { traceId, agentId, atMs });
}

/** Puts a span in its place, before anything is judged: a batch is in no order. */
function see(span: DecodedSpan, { ancestry, registry }: ReadingContext): Sighting {
  const { slots, spanId, parentSpanId } = span;
  const kind = kindOf(span);
  const called = calledBy(span, kind);
  const trace = ancestry.trace(span.traceId);
  const place = ancestry.place(trace, spanId);
  const isAgain = place.seen;
  place.seen = true;
  place.kind = placeKindOf(kind);
  place.parentSpanId = parentSpanId;
  place.agentId = toldAgent({ slots, kind, name: span.name }, registry);
  place.actionId = actionIdAt(slots, SLOT.actionId);
  place.tool = called.tool;
  place.responseId = nameAt(slots, SLOT.responseId);
  const isSum = span.name === SUM_OF_CALLS;
  const hasUsage = kind === 'inference' && !isSum && saysUsage(slots);
  return { span, kind, called, trace, place, isAgain, saysUsage: hasUsage, isSum };
}

/** OpenClaw's span of what a whole run used; older versions have no other. */
const SUM_OF_CALLS = 'openclaw.model.usage';

function placeKindOf(kind: SpanKind): PlaceKind {
  if (kind === 'inference' || kind === 'tool') return kind;
  return kind === 'agent' ? 'boundary' : 'step';
}

/** Passes on who waited here, and tells what is around of a call to a model. */
function fillPlace(sighting: Sighting, context: ReadingContext, corrections: Correction[]): void {
  const { span, trace, place, isAgain } = sighting;
  if (sighting.saysUsage || place.below !== null) tellAbove(context.ancestry, trace, sighting);
  if (isAgain) return;
  const filled = { traceId: span.traceId, trace, place };
  if (place.orphans !== null) corrections.push(...correctOrphans(filled, context));
  if (place.calls !== null) corrections.push(...nestedCalls(filled, context.ancestry));
}
