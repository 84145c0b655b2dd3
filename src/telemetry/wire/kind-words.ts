/** Words for what a span is, of the conventions and of vendors. A new vendor is a word in these lists. */
import type { Value } from './types.js';

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
  ['llm', 'inference'],
  ['llm_call', 'inference'],
  ['call_model', 'inference'],
  ['model_call', 'inference'],
  ['model_request', 'inference'],
  ['invoke_model', 'inference'],
  ['converse', 'inference'],
  ['converse_stream', 'inference'],
  ['anthropic_messages', 'inference'],
  ['chat.completion', 'inference'],
  ['chat_completions', 'inference'],
  ['generate_text', 'inference'],
  ['generate_content_stream', 'inference'],
  ['inference', 'inference'],
  ['image_generation', 'inference'],
  ['generate_image', 'inference'],
  ['video_generation', 'inference'],
  ['generate_video', 'inference'],
  ['speech', 'inference'],
  ['generate_speech', 'inference'],
  ['text_to_speech', 'inference'],
  ['transcription', 'inference'],
  ['transcribe', 'inference'],
  ['execute_tool', 'tool'],
  ['tool', 'tool'],
  ['tool_call', 'tool'],
  ['call_tool', 'tool'],
  ['function_call', 'tool'],
  ['tool_use', 'tool'],
  ['tool_execution', 'tool'],
  ['run_tool', 'tool'],
  ['invoke_tool', 'tool'],
  ['use_tool', 'tool'],
  ['invoke_agent', 'agent'],
  ['agent', 'agent'],
  ['agent_run', 'agent'],
  ['run_agent', 'agent'],
  ['agent_call', 'agent'],
  ['create_agent', 'creation'],
  ['create_memory', 'tool'],
  ['update_memory', 'tool'],
  ['upsert_memory', 'tool'],
  ['delete_memory', 'tool'],
  ['search_memory', 'step'],
  ['create_memory_store', 'tool'],
  ['delete_memory_store', 'tool'],
  ['handle_conversation_turn', 'step'],
  ['invoke_workflow', 'step'],
  ['plan', 'step'],
  ['retrieval', 'step'],
]);

/** Vendors' kinds, in lower case: OpenInference, OpenLLMetry, Langfuse, LangSmith, MLflow, Vercel AI SDK, Spring AI, Genkit. */
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
  ['model', 'inference'],
  ['background-model', 'inference'],
  ['embedder', 'inference'],
  ['tool', 'tool'],
  ['tool.v2', 'tool'],
  ['tool_call', 'tool'],
  ['ai.toolcall', 'tool'],
  ['agent', 'agent'],
]);

/** Vendors' words for what stands around acts: it may carry a model and sum up tokens, and is no call itself. */
const VENDOR_STEPS: ReadonlySet<string> = new Set([
  'chain',
  'workflow',
  'task',
  'span',
  'step',
  'entry',
  'event',
  'flow',
  'flowstep',
  'default',
  'unknown',
  'retrieval',
  'memory',
  'guardrail',
  'evaluator',
  'evaluation',
  'session',
  'operation',
  'cached',
  'util',
  'chat_client',
  'advisor',
  'vector_store',
  'executable-prompt',
  'indexer',
  'model_step',
  'model_chunk',
]);
/** The Vercel AI SDK's whole run, whose calls have spans of their own. */
const VERCEL = 'ai.';

/** How Logfire writes what it has heard of OpenAI Agents, before names are put in. */
const TEMPLATES: ReadonlyMap<Value | undefined, SpanKind> = new Map<Value | undefined, SpanKind>([
  ['Function: {name}', 'tool'],
  ['Agent run: {name!r}', 'agent'],
]);

/** No act, whatever operation such a span names: LangSmith calls its prompts `chat` and its retrievers `embeddings`. */
export const NEVER_AN_ACT: ReadonlySet<string> = new Set(['prompt', 'parser', 'retriever']);

/** LiteLLM writes an `a` before what it does asynchronously: `acompletion`. */
export function kindOfOperation(word: string): SpanKind | undefined {
  return OPERATIONS.get(word) ?? (word.startsWith('a') ? OPERATIONS.get(word.slice(1)) : undefined);
}

/** undefined for a word that nobody knows. */
export function kindOfVendor(word: string): SpanKind | undefined {
  const kind = VENDOR_KINDS.get(word);
  if (kind !== undefined) return kind;
  return VENDOR_STEPS.has(word) || word.startsWith(VERCEL) ? 'step' : kindOfOperation(word);
}

export function kindOfTemplate(template: Value | undefined): SpanKind | undefined {
  return template === undefined ? undefined : TEMPLATES.get(template);
}
