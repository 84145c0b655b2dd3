/**
 * Messages of models in the shapes that instrumentations give them: parts (GenAI conventions, Vercel AI SDK), `content` with
 * `tool_calls` (OpenAI and most events), what a provider's own API has, plain text. Each piece keeps the order of its message.
 */
import { wordedPart } from './provider-parts.js';
import { isKeyed, isList, structured } from './slot-values.js';
import type { ContentKind, Value } from './types.js';

/** Did it go into the model or come out? */
export type Direction = 'input' | 'output';

/** What was said, before it is text. */
export interface Said {
  readonly kind: ContentKind;
  readonly value: Value;
  readonly toolCallId?: string | null;
}

/** Takes what was said, in order. */
export type Emit = (said: Said) => void;

type Keyed = Readonly<Record<string, Value>>;

/** A list of messages, one message, or text; as such or as JSON. */
export function readMessages(value: Value | undefined, direction: Direction, emit: Emit): void {
  if (value === undefined || value === null) return;
  const given = structured(value);
  const messages = isKeyed(given) ? (listIn(given, 'messages') ?? listIn(given, 'contents') ?? given) : given;
  const system = isKeyed(given) ? systemIn(given) : undefined;
  if (system !== undefined) emit({ kind: 'system', value: system });
  if (isKeyed(given) && given['prompt'] !== undefined) readMessages(given['prompt'], direction, emit);
  else if (isList(messages)) for (const message of messages) readMessage(message, direction, emit);
  else readMessage(messages, direction, emit);
}

function listIn(given: Keyed, key: string): readonly Value[] | undefined {
  const list = given[key];
  return isList(list) ? list : undefined;
}

/** With Gemini the instructions are a setting. */
function systemIn(given: Keyed): Value | undefined {
  const { config } = given;
  return given['system'] ?? (isKeyed(config) ? config['system_instruction'] : undefined);
}

/** One message; where it says that the system or a tool wrote it, that counts. */
export function readMessage(value: Value, direction: Direction, emit: Emit): void {
  if (!isKeyed(value)) return emit({ kind: direction, value });
  const { content } = value;
  const inner = value['message'] ?? (isKeyed(content) && isList(content['parts']) ? content : undefined);
  if (isKeyed(inner)) return readMessage({ role: value['role'] ?? null, ...inner }, direction, emit);
  const kind = kindOfRole(value['role'], direction);
  const toolCallId = textIn(value, 'tool_call_id') ?? (kind === 'tool-result' ? textIn(value, 'id') : null);
  const parts = partsOf(value);
  if (parts === null && value['tool_calls'] === undefined) return emit({ kind, value });
  readReasoning(value, direction, emit);
  for (const part of parts ?? []) readPart(part, { kind, direction, toolCallId }, emit);
  readToolCalls(value['tool_calls'], direction, emit);
}

function kindOfRole(role: Value | undefined, direction: Direction): ContentKind {
  if (role === 'system' || role === 'developer') return 'system';
  return role === 'tool' ? 'tool-result' : direction;
}

/** null for something that has neither parts nor content. */
function partsOf(message: Keyed): readonly Value[] | null {
  const content = message['parts'] ?? message['content'] ?? message['text'];
  if (content === undefined || content === null) return null;
  return isList(content) ? content : [content];
}

/** Models that think aloud beside their answer. */
function readReasoning(message: Keyed, direction: Direction, emit: Emit): void {
  const reasoning = message['reasoning_content'] ?? message['reasoning'];
  if (direction === 'output' && reasoning !== undefined) emit({ kind: 'reasoning', value: reasoning });
}

interface Within {
  readonly kind: ContentKind;
  readonly direction: Direction;
  /** Of the message, where a tool wrote it. */
  readonly toolCallId: string | null;
}

const REASONING = new Set(['reasoning', 'thinking', 'redacted_thinking']);
const TOOL_CALLS = new Set(['tool_call', 'tool-call', 'tool_use', 'function_call', 'server_tool_call']);
const TOOL_RESULTS = new Set([
  'tool_call_response',
  'tool-result',
  'tool_result',
  'function_call_output',
  'server_tool_call_response',
]);

/** What an earlier answer said is input when it comes back as history: it is not said again. */
function readPart(given: Value, { kind, direction, toolCallId }: Within, emit: Emit): void {
  if (!isKeyed(given)) return emit({ kind, value: given, toolCallId });
  const part = wordedPart(given);
  const type = textIn(part, 'type') ?? 'text';
  if (TOOL_RESULTS.has(type))
    return emit({ kind: 'tool-result', value: resultIn(part), toolCallId: callIdIn(part) ?? toolCallId });
  if (TOOL_CALLS.has(type)) return readToolCall(part, direction, emit);
  const text = part['content'] ?? part['text'] ?? part['thinking'];
  const isText = type === 'text' || type === 'input_text' || type === 'output_text';
  if (REASONING.has(type) && direction === 'output') return emit({ kind: 'reasoning', value: text ?? part });
  emit({ kind, value: isText || REASONING.has(type) ? (text ?? part) : part, toolCallId });
}

/** A list of calls that the model asks for; as such or as JSON. */
export function readToolCalls(value: Value | undefined, direction: Direction, emit: Emit): void {
  if (value === undefined || value === null) return;
  const calls = structured(value);
  if (!isList(calls)) return emit({ kind: 'tool-arguments', value: calls });
  for (const call of calls) {
    if (isKeyed(call)) readToolCall(call, direction, emit);
  }
}

/** `{"name": …, "arguments": …}`, whatever they were called. */
function readToolCall(call: Keyed, direction: Direction, emit: Emit): void {
  const callee = isKeyed(call['function']) ? call['function'] : call;
  const name = callee['name'] ?? callee['toolName'] ?? null;
  const given =
    callee['arguments'] ?? callee['input'] ?? callee['args'] ?? callee['server_tool_call'] ?? null;
  const kind = direction === 'output' ? 'tool-arguments' : direction;
  emit({ kind, value: { name, arguments: structured(given) }, toolCallId: callIdIn(call) });
}

function callIdIn(part: Keyed): string | null {
  return (
    textIn(part, 'id') ?? textIn(part, 'toolCallId') ?? textIn(part, 'tool_use_id') ?? textIn(part, 'call_id')
  );
}

function resultIn(part: Keyed): Value {
  return (
    part['response'] ??
    part['result'] ??
    part['output'] ??
    part['content'] ??
    part['server_tool_call_response'] ??
    part
  );
}

function textIn(value: Keyed, key: string): string | null {
  const text = value[key];
  return typeof text === 'string' ? text : null;
}
