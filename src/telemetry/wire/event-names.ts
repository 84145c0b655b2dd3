/** What attributes are called of things that happen: log records, and events within spans. A part of `attribute-names.ts`. */
export const EVENT_NAMES = {
  /** Of log records that have no `eventName` field. */
  eventName: ['event.name'],
  /** Of events named gen_ai.*.message and gen_ai.choice. */
  messageRole: ['role', 'message.role'],
  messageContent: ['content', 'message.content'],
  messageToolCalls: ['tool_calls'],
  messageId: ['id'],
  message: ['message'],

  /** What log records of coding agents call things (`coding-agents.ts`); on anything else these names mean nothing. */
  ownModel: ['model'],
  ownCost: ['cost_usd'],
  ownInputTokens: ['input_tokens', 'input_token_count'],
  ownOutputTokens: ['output_tokens', 'output_token_count'],
  ownCacheReadTokens: ['cache_read_tokens', 'cached_token_count', 'cached_content_token_count'],
  ownCacheWriteTokens: ['cache_creation_tokens', 'cache_write_token_count'],
  ownToolTokens: ['tool_token_count'],
  ownTotalTokens: ['total_token_count'],
  ownDurationMs: ['duration_ms'],
  /** Also of Logfire's spans of OpenAI Agents. */
  ownTool: ['tool_name', 'function_name', 'name'],
  ownToolUseId: ['tool_use_id', 'call_id'],
  ownToolParameters: ['tool_parameters'],
  ownArguments: ['function_args', 'arguments'],
  ownPrompt: ['prompt', 'request_text'],
  ownAnswer: ['response_text'],
  ownMcpServer: ['mcp_server', 'mcp_server_name'],
  ownDecision: ['decision'],
  ownSuccess: ['success'],
  ownError: ['error.message'],
  ownEventKind: ['event.kind'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
