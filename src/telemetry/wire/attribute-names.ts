/**
 * What attributes are called: the GenAI and MCP conventions of OpenTelemetry, old and new, and what vendors call the same.
 * The first name of a row wins over the second, and so on. A new vendor is a word in these rows.
 *
 * Names without a comment are of the GenAI conventions (github.com/open-telemetry/semantic-conventions-genai), current or
 * deprecated. `ai.*`: Vercel AI SDK. `llm.*`, `tool.*`, `input.value`: OpenInference. `traceloop.*`: OpenLLMetry.
 * `gcp.vertex.agent.*`: Google ADK. `gen_ai.cost.*_cost`, `litellm.*`: LiteLLM. `gen_ai.cost.total_tokens`,
 * `ai.total_cost`, `ai.*.used`: Sentry. `operation.cost`, `agent_name`, `tool_arguments`: Pydantic AI and Logfire.
 * `langsmith.*`: LangSmith's exporters. `agentops.*`: AgentOps. `mlflow.*`: MLflow, which writes values as JSON.
 * `spring.ai.*`: Spring AI. `genkit:*`: Genkit. `lmnr.*`: Laminar. `logfire.msg_template`: Logfire's instrumentation of OpenAI
 * Agents. `openclaw.*`: OpenClaw. `copilot_chat.*`: GitHub Copilot in VS Code. `fastmcp.*`: FastMCP. `gen_ai.tool.input`: Sentry.
 */
import { EVENT_NAMES } from './event-names.js';

const NAMES = {
  operation: ['gen_ai.operation.name'],
  /** What a vendor calls the kind of span; the words are in kind-of.ts. */
  vendorKind: [
    'ai.operationId',
    'openinference.span.kind',
    'traceloop.span.kind',
    'langfuse.observation.type',
    'gen_ai.span.kind',
    'langsmith.span.kind',
    'agentops.span.kind',
    'mlflow.spanType',
    'spring.ai.kind',
    'genkit:metadata:subtype',
    'lmnr.span.type',
    'llm.request.type',
  ],
  spanType: ['logfire.span_type'],
  /** What a message says before its values are put in: the one thing by which such a span can be told. */
  template: ['logfire.msg_template'],

  agentId: ['gen_ai.agent.id'],
  agentName: ['gen_ai.agent.name', 'agent_name', 'openclaw.agent'],
  /** Only believed on spans: as a resource attribute it names the shipper of the telemetry. */
  openInferenceAgent: ['agent.name'],
  /** Often the agent: believed where agents.yml knows an agent of that name. The second only of a span that is an agent's. */
  functionName: ['ai.telemetry.functionId'],
  graphNode: ['graph.node.id', 'graph.node.name'],
  serviceName: ['service.name'],
  conversation: [
    'gen_ai.conversation.id',
    'session.id',
    'conversation.id',
    'langfuse.session.id',
    'gcp.vertex.agent.session_id',
    'traceloop.association.properties.session_id',
    'traceloop.association.properties.thread_id',
    // Not langsmith.trace.session_id: there, a session is a project.
    'langsmith.metadata.session_id',
    'langsmith.metadata.thread_id',
    'mlflow.trace.session',
    'spring.ai.chat.client.conversation.id',
    'lmnr.association.properties.session_id',
    'ai.telemetry.metadata.sessionId',
    'ai.telemetry.metadata.threadId',
    'genkit:sessionId',
    'gen_ai.thread.id',
  ],

  provider: ['gen_ai.provider.name', 'gen_ai.system', 'ai.model.provider', 'llm.provider', 'llm.system'],
  requestModel: [
    'gen_ai.request.model',
    'ai.model.id',
    'llm.request.model_name',
    'llm.model_name',
    'llm.request.model',
    'embedding.model_name',
    'langfuse.observation.model.name',
    'ai.model_id',
    'openclaw.model',
  ],
  responseModel: [
    'gen_ai.response.model',
    'ai.response.model',
    'llm.response.model_name',
    'llm.response.model',
  ],
  responseId: ['gen_ai.response.id', 'ai.response.id'],

  inputTokens: [
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.prompt_tokens',
    'ai.usage.inputTokens',
    'ai.usage.promptTokens',
    'ai.usage.tokens',
    'llm.token_count.prompt',
    'llm.usage.prompt_tokens',
    'ai.prompt_tokens.used',
    'gen_ai.response.prompt_tokens',
    'openclaw.tokens.input',
  ],
  outputTokens: [
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.completion_tokens',
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
    'llm.token_count.completion',
    'llm.usage.completion_tokens',
    'ai.completion_tokens.used',
    'gen_ai.response.completion_tokens',
    'openclaw.tokens.output',
  ],
  cacheReadTokens: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.details.cache_read_tokens',
    'gen_ai.usage.cache_read_tokens',
    'gen_ai.usage.input_tokens.cached',
    'ai.usage.inputTokenDetails.cacheReadTokens',
    'ai.usage.cachedInputTokens',
    'llm.token_count.prompt_details.cache_read',
    'llm.usage.cache_read_input_tokens',
    'openclaw.tokens.cache_read',
  ],
  cacheWriteTokens: [
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.cache_write_input_tokens',
    'gen_ai.usage.details.cache_write_tokens',
    'gen_ai.usage.cache_creation_tokens',
    'gen_ai.usage.cache_write_tokens',
    'gen_ai.usage.input_tokens.cache_write',
    'ai.usage.inputTokenDetails.cacheWriteTokens',
    'llm.token_count.prompt_details.cache_write',
    'llm.usage.cache_creation_input_tokens',
    'openclaw.tokens.cache_write',
  ],
  /** By which one sees whether input includes what was read from and written to caches. */
  totalTokens: [
    'gen_ai.usage.total_tokens',
    'ai.usage.totalTokens',
    'llm.token_count.total',
    'llm.usage.total_tokens',
    'openclaw.tokens.total',
  ],
  /** A JSON object: {input, output, cache_read_input_tokens, ...}, or {input_tokens, output_tokens}. */
  usageDetails: ['langfuse.observation.usage_details', 'mlflow.chat.tokenUsage'],

  /** US dollars, unless a currency is said. The first is proposed upstream (semantic-conventions-genai#443). */
  cost: [
    'gen_ai.usage.cost.amount',
    'gen_ai.usage.cost',
    'gen_ai.usage.total_cost',
    'gen_ai.usage.cost_usd',
    'gen_ai.cost.total_cost',
    'gen_ai.cost.usd',
    'gen_ai.cost.total_tokens',
    'gen_ai.cost',
    'llm.cost.total',
    'llm.usage.total_cost',
    'operation.cost',
    'ai.total_cost',
    'litellm.cost.total',
  ],
  inputCost: ['gen_ai.usage.input_cost', 'gen_ai.cost.input_cost', 'llm.cost.prompt'],
  outputCost: ['gen_ai.usage.output_cost', 'gen_ai.cost.output_cost', 'llm.cost.completion'],
  /** A JSON object: {total} or its parts. */
  costDetails: ['langfuse.observation.cost_details'],
  currency: ['gen_ai.usage.cost.currency', 'gen_ai.cost.currency', 'operation.cost.currency'],

  /** Ours first: the name that orders and inventories know, which a framework's own may not be. */
  toolName: [
    'agent.action.tool',
    'gen_ai.tool.name',
    'ai.toolCall.name',
    'mcp.tool.name',
    'tool.name',
    'spring.ai.tool.definition.name',
  ],
  /** The name of an agent, a tool or a workflow, as its kind says. */
  entityName: ['traceloop.entity.name', 'genkit:name'],
  toolCallId: [
    'gen_ai.tool.call.id',
    'ai.toolCall.id',
    'tool_call.id',
    'spring.ai.tool.call.id',
    'gen_ai.tool.call_id',
  ],
  toolArguments: [
    'gen_ai.tool.call.arguments',
    'ai.toolCall.args',
    'tool_arguments',
    'gcp.vertex.agent.tool_call_args',
    'spring.ai.tool.call.arguments',
    'gen_ai.tool.input',
    'gen_ai.tool.arguments',
    'mcp.request.argument',
  ],
  /** In some instrumentations its arguments, by OpenInference's own words the schema of them. */
  toolParameters: ['tool.parameters'],
  toolResult: [
    'gen_ai.tool.call.result',
    'ai.toolCall.result',
    'tool_response',
    'gcp.vertex.agent.tool_response',
    'spring.ai.tool.call.result',
    'gen_ai.tool.output',
    'gen_ai.tool.result',
    'mcp.response.value',
  ],
  /** How a tool ended, in words, where the status of its span does not say. */
  toolStatus: ['gen_ai.tool.status', 'openclaw.outcome'],

  mcpMethod: ['mcp.method.name', 'mcp.method'],
  mcpServer: ['mcp.server.name', 'fastmcp.server.name'],
  httpMethod: ['http.request.method', 'http.method'],
  urlTemplate: ['url.template', 'http.route'],
  url: ['url.full', 'http.url'],
  host: ['server.address', 'net.peer.name', 'http.host'],

  errorType: ['error.type', 'exception.type'],
  exceptionMessage: ['exception.message'],

  /** Ours: what OpenTelemetry has no name for. The guard's id of an action is carried through MCP under the second name. */
  actionId: ['agent.action.id', 'haltline/actionId'],
  parentActionId: ['agent.action.parent_id'],
  actionClass: ['agent.action.class'],
  artifactVisibility: ['agent.artifact.visibility'],
  artifactDigest: ['agent.artifact.digest', 'agent.review.executed_digest'],
  artifactWords: ['agent.artifact.words', 'agent.review.words'],
  reviewId: ['agent.review.id'],
  reviewRequired: ['agent.review.required'],
  reviewPresentedAt: ['agent.review.presented_at'],
  reviewDecidedAt: ['agent.review.decided_at'],
  reviewer: ['agent.review.reviewer'],
  reviewDigest: ['agent.review.digest'],

  systemInstructions: ['gen_ai.system_instructions', 'gen_ai.system.instructions'],
  inputMessages: ['gen_ai.input.messages', 'ai.prompt.messages', 'gen_ai.prompt', 'gen_ai.request.messages'],
  outputMessages: ['gen_ai.output.messages', 'gen_ai.completion'],
  /** Pydantic AI: the whole conversation as messages, or as events with their names. */
  allMessages: ['pydantic_ai.all_messages', 'all_messages_events', 'events'],
  /** Whatever went in and came out, of a span that has nothing better. */
  plainInput: [
    'ai.prompt',
    'langfuse.observation.input',
    'traceloop.entity.input',
    'input.value',
    'gcp.vertex.agent.llm_request',
    'mlflow.spanInputs',
    'genkit:input',
    'lmnr.span.input',
    'input',
  ],
  plainOutput: [
    'ai.response.text',
    'gen_ai.response.text',
    'ai.response.object',
    'langfuse.observation.output',
    'traceloop.entity.output',
    'output.value',
    'gcp.vertex.agent.llm_response',
    'mlflow.spanOutputs',
    'genkit:output',
    'lmnr.span.output',
    'output',
  ],
  reasoning: ['ai.response.reasoning', 'gen_ai.response.reasoning', 'copilot_chat.reasoning_content'],
  /** A JSON list of calls: {toolCallId, toolName, input}. */
  requestedToolCalls: ['ai.response.toolCalls', 'gen_ai.response.tool_calls'],

  ...EVENT_NAMES,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Meaning = keyof typeof NAMES;

/** Beginnings of names that carry an index: messages flattened into many attributes. */
export const FLAT_PREFIXES = [
  'gen_ai.prompt.',
  'gen_ai.completion.',
  'llm.input_messages.',
  'llm.output_messages.',
] as const;

/** Where the value of an attribute name goes, and how much better a name this is than others for the same (0 is best). */
export interface KnownName {
  readonly name: string;
  readonly slot: number;
  readonly rank: number;
}

const meanings: readonly (readonly [string, readonly string[]])[] = Object.entries(NAMES);

export const KNOWN_NAMES: readonly KnownName[] = meanings.flatMap(([, names], slot) =>
  names.map((name, rank) => ({ name, slot, rank })),
);

export const SLOT_COUNT = meanings.length;

/** The slot of each meaning: `span.slots[SLOT.cost]`. */
export const SLOT = Object.fromEntries(meanings.map(([meaning], slot) => [meaning, slot])) as Readonly<
  Record<Meaning, number>
>;
