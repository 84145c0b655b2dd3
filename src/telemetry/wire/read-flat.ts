/** Messages that were flattened into many attributes: `gen_ai.prompt.0.content`, `llm.output_messages.0.message.role`. */
import type { Direction } from './read-messages.js';
import type { FlatAttributes, Value } from './types.js';

const FLAT =
  /^(?:gen_ai\.(?<old>prompt|completion)|llm\.(?<open>input|output)_messages)\.(?<index>\d{1,6})\.(?:message\.)?(?<rest>.+)$/;
const PART = /^contents\.\d+\.message_content\.text$/;
const CALL = /^tool_calls\.(?<index>\d{1,6})\.(?:tool_call\.)?(?:function\.)?(?<member>id|name|arguments)$/;
const REASONING = new Set(['reasoning', 'reasoning_content']);

interface Message {
  readonly index: number;
  role: Value;
  toolCallId: Value;
  reasoning: Value;
  readonly content: Value[];
  readonly calls: Map<string, Record<string, Value>>;
}

/** The messages of one direction, in order, in the shape that `readMessages` knows. */
export function messagesOfFlat(flat: FlatAttributes, direction: Direction): readonly Value[] {
  const messages = new Map<string, Message>();
  for (const [key, value] of flat) {
    const { old, open, index, rest } = FLAT.exec(key)?.groups ?? {};
    if (index === undefined || rest === undefined || directionOf(old ?? open) !== direction) continue;
    const message = messages.get(index) ?? emptyMessage(Number(index));
    messages.set(index, message);
    fill(message, rest, value);
  }
  return [...messages.values()].toSorted((a, b) => a.index - b.index).map(asValue);
}

function directionOf(word: string | undefined): Direction {
  return word === 'prompt' || word === 'input' ? 'input' : 'output';
}

function emptyMessage(index: number): Message {
  return { index, role: null, toolCallId: null, reasoning: null, content: [], calls: new Map() };
}

function fill(message: Message, member: string, value: Value): void {
  if (member === 'role') message.role = value;
  else if (member === 'tool_call_id') message.toolCallId = value;
  else if (REASONING.has(member)) message.reasoning = value;
  else if (member === 'content' || PART.test(member)) message.content.push(value);
  else fillCall(message, member, value);
}

function fillCall({ calls }: Message, path: string, value: Value): void {
  const { index, member } = CALL.exec(path)?.groups ?? {};
  if (index === undefined || member === undefined) return;
  const call = calls.get(index) ?? {};
  call[member] = value;
  calls.set(index, call);
}

function asValue({ role, toolCallId, reasoning, content, calls }: Message): Value {
  const tool_calls = [...calls.values()];
  return { role, tool_call_id: toolCallId, reasoning, content, ...(tool_calls.length > 0 && { tool_calls }) };
}
