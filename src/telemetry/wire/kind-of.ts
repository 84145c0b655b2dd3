import type { RecordKind } from '../../core/action-record.js';
import { SLOT } from './attribute-names.js';
import { nameAt } from './slot-values.js';
import type { DecodedSpan, Value } from './types.js';

/**
 * What a span is, more finely than a record says: `agent` and `creation` are recorded as other, `http` is an act only where
 * an agent is known to act, `pending` says that a span has started and is no record.
 */
export type SpanKind =
  | 'inference'
  | 'tool'
  | 'artifact'
  | 'agent'
  | 'creation'
  | 'step'
  | 'http'
  | 'pending'
  | 'foreign';

/** `gen_ai.operation.name`, with what frameworks write instead of it. */
const OPERATIONS: ReadonlyMap<string, SpanKind> = new Map<string, SpanKind>([
  ['chat', 'inference'],
  ['generate_content', 'inference'],
  ['text_completion', 'inference'],
  ['embeddings', 'inference'],
  ['completion', 'inference'],
  ['completions', 'inference'],
  ['chat.completions', 'inference'],
  ['chat_completion', 'inference'],
  ['responses', 'inference'],
  ['response', 'inference'],
  ['embedding', 'inference'],
  ['embed', 'inference'],
  ['rerank', 'inference'],
  ['call_llm', 'inference'],
  ['acompletion', 'inference'],
  ['execute_tool', 'tool'],
  ['tool', 'tool'],
  ['tool_call', 'tool'],
  ['call_tool', 'tool'],
  ['function_call', 'tool'],
  ['invoke_agent', 'agent'],
  ['agent', 'agent'],
  ['create_agent', 'creation'],
  ['create_memory', 'tool'],
  ['update_memory', 'tool'],
  ['upsert_memory', 'tool'],
  ['delete_memory', 'tool'],
  ['search_memory', 'step'],
  ['create_memory_store', 'tool'],
  ['delete_memory_store', 'tool'],
  ['invoke_workflow', 'step'],
  ['plan', 'step'],
  ['retrieval', 'step'],
]);

/** Vendors' kinds, in lower case: OpenInference, OpenLLMetry, Langfuse, LangSmith, MLflow, Vercel AI SDK. */
const VENDOR_KINDS: ReadonlyMap<string, SpanKind> = new Map<string, SpanKind>([
  ['llm', 'inference'],
  ['embedding', 'inference'],
  ['reranker', 'inference'],
  ['generation', 'inference'],
  ['chat', 'inference'],
  ['chat_model', 'inference'],
  ['completion', 'inference'],
  ['rerank', 'inference'],
  ['ai.generatetext.dogenerate', 'inference'],
  ['ai.streamtext.dostream', 'inference'],
  ['ai.generateobject.dogenerate', 'inference'],
  ['ai.streamobject.dostream', 'inference'],
  ['ai.embed.doembed', 'inference'],
  ['ai.embedmany.doembed', 'inference'],
  ['ai.rerank.dorerank', 'inference'],
  ['tool', 'tool'],
  ['ai.toolcall', 'tool'],
  ['agent', 'agent'],
]);

/** No act, whatever operation such a span names: LangSmith calls its prompts `chat` and its retrievers `embeddings`. */
const NEVER_AN_ACT: ReadonlySet<string> = new Set(['prompt', 'parser', 'retriever']);

/** Spans of Claude Code: its log records tell of the same acts, with their cost (`claude-code-event.ts`). */
const CLAUDE_CODE = 'claude_code.';

const CLIENT = 3;
const SERVER = 2;

/**
 * The kind of a span, by its operation, else by what its vendor says, else by what only such a span carries: an operation in
 * words that we do not know must not hide an act.
 */
export function kindOf(span: DecodedSpan): SpanKind {
  const { slots } = span;
  if (slots[SLOT.spanType] === 'pending_span') return 'pending';
  if (span.name.startsWith(CLAUDE_CODE)) return 'step';
  if (slots[SLOT.mcpMethod] !== undefined) return kindOfMcp(span);
  const vendorKind = wordOf(slots[SLOT.vendorKind]);
  if (vendorKind !== null && NEVER_AN_ACT.has(vendorKind)) return 'step';
  const operation = wordOf(slots[SLOT.operation]);
  const kind = operation === null ? undefined : OPERATIONS.get(operation);
  if (kind !== undefined) return kind;
  if (vendorKind !== null) return VENDOR_KINDS.get(vendorKind) ?? 'step';
  const byTraits = kindByTraits(span);
  return operation !== null && byTraits === 'foreign' ? 'step' : byTraits;
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

function kindByTraits({ slots, kind }: DecodedSpan): SpanKind {
  if (slots[SLOT.artifactVisibility] !== undefined || slots[SLOT.reviewId] !== undefined) return 'artifact';
  if (nameAt(slots, SLOT.toolName) !== null) return 'tool';
  const hasModel = slots[SLOT.requestModel] !== undefined || slots[SLOT.responseModel] !== undefined;
  if (hasModel && slots[SLOT.inputTokens] !== undefined && slots[SLOT.agentName] === undefined)
    return 'inference';
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
