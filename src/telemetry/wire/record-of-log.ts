import type { ActionRecord } from '../../core/action-record.js';
import { agentOfResource, serviceOf, toldAgent } from './agent-of.js';
import { SLOT } from './attribute-names.js';
import { classOf, statedClass } from './class-of.js';
import { codingAgentEvent } from './coding-agents.js';
import { enclosingAgent } from './correct-agents.js';
import type { OwnEvent } from './own-event.js';
import type { ReadingContext } from './reading-context.js';
import { isCustomerVisible, reviewOf } from './review-of.js';
import { actionIdAt, nameAt } from './slot-values.js';
import type { DecodedLog } from './types.js';

/**
 * The record of a log record that tells of an artifact or its review, or is a coding agent's own; null for all others, which are
 * content at most.
 */
export function recordOfLog(log: DecodedLog, context: ReadingContext): ActionRecord | null {
  const event = codingAgentEvent(log, context.prices);
  return event === null ? recordOfArtifact(log, context) : recordOfEvent(log, event, context);
}

/** With Claude Code `agent.name` is a kind of sub-agent, of which nobody has heard: what those do, it does. */
function recordOfEvent(log: DecodedLog, event: OwnEvent, context: ReadingContext): ActionRecord {
  const { durationMs, ...told } = event;
  const slots = log.slots.with(SLOT.openInferenceAgent, undefined);
  const agentId = agentOfLog({ ...log, slots }, context);
  const atMs = log.atMs ?? context.receivedAtMs;
  return {
    origin: 'event',
    ...told,
    agentId,
    actionClass: classOf(context.registry, agentId, told.tool),
    atMs,
    startedAtMs: Math.max(0, atMs - durationMs),
    receivedAtMs: context.receivedAtMs,
    customerVisible: false,
    review: null,
    traceId: log.traceId,
    spanId: log.spanId,
    parentSpanId: null,
    parentActionId: null,
    conversationId: nameAt(slots, SLOT.conversation),
  };
}

function recordOfArtifact(log: DecodedLog, context: ReadingContext): ActionRecord | null {
  const { slots } = log;
  const review = reviewOf(slots);
  const isArtifact = slots[SLOT.artifactVisibility] !== undefined;
  if (!isArtifact && review === null) return null;
  const agentId = agentOfLog(log, context);
  const tool = nameAt(slots, SLOT.toolName);
  const atMs = log.atMs ?? context.receivedAtMs;
  return {
    origin: 'event',
    kind: isArtifact ? 'artifact' : 'other',
    actionId: actionIdAt(slots, SLOT.actionId),
    agentId,
    tool,
    endpoint: null,
    actionClass: statedClass(slots) ?? classOf(context.registry, agentId, tool),
    atMs,
    startedAtMs: atMs,
    receivedAtMs: context.receivedAtMs,
    cost: null,
    customerVisible: isCustomerVisible(slots),
    review,
    traceId: log.traceId,
    spanId: log.spanId,
    parentSpanId: null,
    parentActionId: actionIdAt(slots, SLOT.parentActionId),
    conversationId: nameAt(slots, SLOT.conversation),
    outcome: isArtifact ? 'ok' : 'unknown',
  };
}

/** Whose it is, as far as one can see. */
export function agentOfLog(log: DecodedLog, context: ReadingContext): string {
  const { slots, resource } = log;
  const { registry } = context;
  return (
    context.boundAgentId ??
    toldAgent({ slots, kind: 'step', name: '' }, registry) ??
    agentOfSpan(log, context) ??
    agentOfResource(resource, registry) ??
    serviceOf(resource)
  );
}

/** The agent of the span that the log record belongs to, where that has arrived or is enclosed by one that has. */
function agentOfSpan({ traceId, spanId }: DecodedLog, { ancestry }: ReadingContext): string | null {
  if (traceId === null || spanId === null) return null;
  const trace = ancestry.trace(traceId);
  const place = ancestry.place(trace, spanId);
  const told = place.agentId ?? enclosingAgent(ancestry, trace, place);
  return typeof told === 'string' ? told : null;
}
