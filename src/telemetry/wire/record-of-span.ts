import type { ActionRecord, RecordKind, RecordOutcome } from '../../core/action-record.js';
import { agentOfResource, serviceOf } from './agent-of.js';
import type { Ancestry, Place } from './ancestry.js';
import { SLOT } from './attribute-names.js';
import { classOf, statedClass } from './class-of.js';
import { enclosingAgent, waitForAgent } from './correct-agents.js';
import { costOf } from './cost-of.js';
import { isCounted, isSumOfCounted } from './count-once.js';
import { RECORD_KIND } from './kind-of.js';
import { isCountedCall } from './nested-calls.js';
import type { ReadingContext, Sighting } from './reading-context.js';
import { isCustomerVisible, reviewOf } from './review-of.js';
import { actionIdAt, nameAt } from './slot-values.js';
import type { DecodedSpan } from './types.js';

/** The record of a span; null for spans that have nothing to do with an agent, and for those that have only begun. */
export function recordOfSpan(sighting: Sighting, context: ReadingContext): ActionRecord | null {
  const { kind, span, called, place } = sighting;
  if (kind === 'foreign' || kind === 'pending') return null;
  const around = kind === 'tool' || kind === 'http' ? toolAround(sighting, context.ancestry) : null;
  const agent = agentFor(sighting, context);
  if (kind === 'http' && (!agent.isTold || around === 'inference')) return null;
  const { slots } = span;
  const recordKind = recordKindOf(sighting, context.ancestry);
  const actionClass = statedClass(slots) ?? classOf(context.registry, agent.agentId, called.tool);
  return {
    origin: 'span',
    kind: recordKind,
    actionId: place.actionId,
    agentId: agent.agentId,
    tool: called.tool,
    endpoint: called.endpoint,
    actionClass,
    atMs: span.endedAtMs,
    startedAtMs: Math.min(span.startedAtMs, span.endedAtMs),
    receivedAtMs: context.receivedAtMs,
    cost: recordKind === 'inference' ? costOf(slots, context.prices) : null,
    customerVisible: isCustomerVisible(slots),
    review: reviewOf(slots),
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    parentActionId: actionIdAt(slots, SLOT.parentActionId) ?? actionIdOf(around),
    conversationId: nameAt(slots, SLOT.conversation),
    ...quietCall(sighting),
    outcome: outcomeOf(span),
  };
}

/** What a tool was given and gave back may be withheld, and the call that asked for it be told by another span. */
function quietCall({ kind, span: { slots } }: Sighting): Pick<ActionRecord, 'toolCallId'> {
  if (kind !== 'tool' || slots[SLOT.toolArguments] !== undefined || slots[SLOT.toolResult] !== undefined)
    return {};
  const toolCallId = nameAt(slots, SLOT.toolCallId);
  return toolCallId === null ? {} : { toolCallId };
}

interface AgentFor {
  readonly agentId: string;
  /** Does anybody say that an agent acts here, or is it only a process? */
  readonly isTold: boolean;
}

function agentFor(sighting: Sighting, context: ReadingContext): AgentFor {
  const { place, trace, span } = sighting;
  const { boundAgentId, registry, ancestry } = context;
  if (boundAgentId !== null) return { agentId: boundAgentId, isTold: true };
  const told = place.agentId ?? enclosingAgent(ancestry, trace, place);
  if (typeof told === 'string') return { agentId: told, isTold: true };
  const ofResource = agentOfResource(span.resource, registry);
  const agentId = ofResource ?? serviceOf(span.resource);
  if (told !== null && !sighting.isAgain) waitUntilTold(told, sighting, agentId);
  return { agentId, isTold: ofResource !== null || registry.agents.has(agentId) };
}

/** Until a parent arrives that tells better. */
function waitUntilTold(missing: Place, { span, called }: Sighting, agentId: string): void {
  const { spanId, slots } = span;
  waitForAgent(missing, { spanId, agentId, tool: called.tool, statedClass: statedClass(slots) });
}

/** The nearest tool or inference around a span; an agent between them ends the look. */
function toolAround({ trace, place }: Sighting, ancestry: Ancestry): Place | 'inference' | null {
  for (const outer of ancestry.around(trace, place)) {
    if (!outer.seen || outer.kind === 'boundary') return null;
    if (outer.kind === 'tool') return outer;
    if (outer.kind === 'inference') return 'inference';
  }
  return null;
}

function actionIdOf(around: Place | 'inference' | null): string | null {
  return around === null || around === 'inference' ? null : around.actionId;
}

/** What another span tells already is `other`: a call to a model that is counted elsewhere, a tool within itself. */
function recordKindOf(sighting: Sighting, ancestry: Ancestry): RecordKind {
  const { kind, span, place, trace, saysUsage } = sighting;
  if (kind === 'inference') {
    const { startedAtMs, endedAtMs } = span;
    if (sighting.isSum && isSumOfCounted(ancestry, trace, place)) return 'other';
    return isCounted(ancestry, trace, { place, startedAtMs, endedAtMs, saysUsage }) ? 'inference' : 'other';
  }
  if (kind === 'tool') return isCountedCall(ancestry, trace, place) ? 'tool' : 'other';
  return RECORD_KIND[kind];
}

const STATUS_ERROR = 2;
/** What the guard throws when an order stops an attempt. */
const HALTED = 'HaltedError';

/** What instrumentations say of a tool's end whose span has gone well. */
const STATUS_WORDS: ReadonlyMap<unknown, RecordOutcome> = new Map<unknown, RecordOutcome>([
  ['error', 'error'],
  ['failed', 'error'],
  ['blocked', 'denied'],
  ['denied', 'denied'],
]);

/** Instrumentations leave the status of what went well unset. */
function outcomeOf({ slots, status, events }: DecodedSpan): RecordOutcome {
  const isError = status === STATUS_ERROR || slots[SLOT.errorType] !== undefined;
  if (!isError) return STATUS_WORDS.get(slots[SLOT.toolStatus]) ?? 'ok';
  const isHalted =
    slots[SLOT.errorType] === HALTED || events.some((event) => event.slots[SLOT.errorType] === HALTED);
  return isHalted ? 'denied' : 'error';
}
