/** Messages that were flattened into many attributes: `gen_ai.prompt.0.content`, `llm.output_messages.0.message.role`. */
import type { Direction } from './read-messages.js';
import type { FlatAttributes, Value } from './types.js';

const FLAT =
  /^(?:gen_ai\.(?<old>prompt|completion)|llm\.(?<open>input|output)_messages)\.(?<index>\d{1,6})\.(?:message\.)?(?<rest>.+)$/;
const PART =
  /^contents\.(?<index>\d{1,6})\.(?:message_content\.(?<word>type|text)|tool_call\.(?:function\.)?(?<member>id|name|arguments))$/;
const CALL = /^tool_calls\.(?<index>\d{1,6})\.(?:tool_call\.)?(?:function\.)?(?<member>id|name|arguments)$/;
const REASONING = new Set(['reasoning', 'reasoning_content']);

interface Message {
  readonly index: number;
  role: Value;
  toolCallId: Value;
  reasoning: Value;
  readonly content: Value[];
  /** Parts that are numbered, with their kind. */
  readonly parts: Map<string, Record<string, Value>>;
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
  return {
    index,
    role: null,
    toolCallId: null,
    reasoning: null,
    content: [],
    parts: new Map(),
    calls: new Map(),
  };
}

function fill(message: Message, member: string, value: Value): void {
  if (member === 'role') message.role = value;
  else if (member === 'tool_call_id') message.toolCallId = value;
  else if (REASONING.has(member)) message.reasoning = value;
  else if (member === 'content') message.content.push(value);
  else fillPart(message, member, value);
}

function fillPart(message: Message, path: string, value: Value): void {
  const { index, word, member } = PART.exec(path)?.groups ?? {};
  const name = word ?? member;
  if (index === undefined || name === undefined) return fillCall(message, path, value);
  const part = message.parts.get(index) ?? {};
  part[name] = value;
  message.parts.set(index, part);
}

function fillCall({ calls }: Message, path: string, value: Value): void {
  const { index, member } = CALL.exec(path)?.groups ?? {};
  if (index === undefined || member === undefined) return;
  const call = calls.get(index) ?? {};
  call[member] = value;
  calls.set(index, call);
}

function asValue({ role, toolCallId, reasoning, content, parts, calls }: Message): Value {
  const tool_calls = inOrder(calls);
  const numbered = inOrder(parts)
    .filter((part) => isSaid(part, tool_calls))
    .map((part) => ({ type: part['name'] === undefined ? 'text' : 'tool_use', ...part }));
  return {
    role,
    tool_call_id: toolCallId,
    reasoning,
    content: [...content, ...numbered],
    ...(tool_calls.length > 0 && { tool_calls }),
  };
}

/** Attributes may come in any order: what is numbered has its own. */
function inOrder(numbered: ReadonlyMap<string, Record<string, Value>>): Record<string, Value>[] {
  return [...numbered].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, part]) => part);
}

/** Text, or a call that is not among the message's calls as well. */
function isSaid({ text, name, id }: Record<string, Value>, calls: readonly Record<string, Value>[]): boolean {
  return text !== undefined || (name !== undefined && !calls.some((call) => call['id'] === id));
}
