import type { RecordKind } from '../../core/action-record.js';
import { SLOT } from './attribute-names.js';
import { isOfCodingAgent } from './coding-agents.js';
import { kindOfOperation, kindOfTemplate, kindOfVendor, NEVER_AN_ACT, type SpanKind } from './kind-words.js';
import { nameAt } from './slot-values.js';
import type { DecodedSpan, Value } from './types.js';

const CLIENT = 3;
const SERVER = 2;

/** ADK's span of several calls that it has made at once: each has one of its own. */
const MERGED_TOOLS = '(merged tools)';

/**
 * The kind of a span, by its operation, else by what its vendor says, else by what only such a span carries: an operation in
 * words that we do not know must not hide an act.
 */
export function kindOf(span: DecodedSpan): SpanKind {
  const { slots } = span;
  if (slots[SLOT.spanType] === 'pending_span') return 'pending';
  if (isOfCodingAgent(span)) return 'step';
  if (slots[SLOT.mcpMethod] !== undefined) return kindOfMcp(span);
  const kind = kindByWords(span);
  return kind === 'tool' && slots[SLOT.toolName] === MERGED_TOOLS ? 'step' : kind;
}

function kindByWords(span: DecodedSpan): SpanKind {
  const { slots } = span;
  const vendorKind = wordOf(slots[SLOT.vendorKind]);
  if (vendorKind !== null && NEVER_AN_ACT.has(vendorKind)) return 'step';
  const operation = wordOf(slots[SLOT.operation]);
  const said =
    (operation === null ? undefined : kindOfOperation(operation)) ??
    (vendorKind === null ? undefined : kindOfVendor(vendorKind)) ??
    kindOfTemplate(slots[SLOT.template]);
  if (said !== undefined) return said;
  const byTraits = kindByTraits(span);
  return byTraits === 'foreign' && (operation ?? vendorKind) !== null ? 'step' : byTraits;
}

/** In lower case, without the quotes of what was written as JSON. */
function wordOf(value: Value | undefined): string | null {
  return typeof value === 'string' ? value.toLowerCase().replaceAll('"', '') : null;
}

/** A server's span is the other side of a call that its client tells; only where nobody called it is it all we have. */
function kindOfMcp({ slots, kind, parentSpanId }: DecodedSpan): SpanKind {
  if (slots[SLOT.mcpMethod] !== 'tools/call') return 'step';
  return kind === SERVER && parentSpanId !== null ? 'step' : 'tool';
}

/** Names of calls, and of runs that add up what their calls used (`agent run`). */
const CALL_NAME = /chat|complet|llm|generat|inference|embed/i;
const RUN_NAME =
  /(?:^|[^a-z])(?:agent|run|runner|invoke|crew|team|workflow|graph|chain|task|session|turn)(?![a-z])/i;

/** A span of an agent that says no operation is a call, unless it is called like a run. */
function isRun({ slots, kind, name }: DecodedSpan): boolean {
  if (slots[SLOT.agentName] === undefined || kind === CLIENT) return false;
  const said = `${wordOf(slots[SLOT.operation]) ?? ''} ${name}`;
  return RUN_NAME.test(said) && !CALL_NAME.test(said);
}

function kindByTraits(span: DecodedSpan): SpanKind {
  const { slots, kind } = span;
  if (slots[SLOT.artifactVisibility] !== undefined || slots[SLOT.reviewId] !== undefined) return 'artifact';
  if (nameAt(slots, SLOT.toolName) !== null) return 'tool';
  const hasModel = slots[SLOT.requestModel] !== undefined || slots[SLOT.responseModel] !== undefined;
  const hasUsage = slots[SLOT.inputTokens] !== undefined || slots[SLOT.cost] !== undefined;
  if (hasModel && hasUsage && !isRun(span)) return 'inference';
  if (kind === CLIENT && slots[SLOT.httpMethod] !== undefined) return 'http';
  const isOurs = hasModel || slots[SLOT.agentId] !== undefined || slots[SLOT.agentName] !== undefined;
  return isOurs || slots[SLOT.actionId] !== undefined ? 'step' : 'foreign';
}

/** How the record of such a span is called. */
export const RECORD_KIND: Readonly<Record<SpanKind, RecordKind>> = {
  inference: 'inference',
  tool: 'tool',
  artifact: 'artifact',
  agent: 'other',
  creation: 'other',
  step: 'other',
  http: 'tool',
  pending: 'other',
  foreign: 'other',
};
