import { SLOT } from './attribute-names.js';
import type { SpanKind } from './kind-words.js';
import { readOwnContent } from './own-content.js';
import { messagesOfFlat } from './read-flat.js';
import { readMessage, readMessages, readToolCalls, type Direction, type Emit } from './read-messages.js';
import { isKeyed, isList, nameAt, structured } from './slot-values.js';
import type { ContentPiece, DecodedLog, DecodedSpan, FlatAttributes, Slots, Value } from './types.js';

/** Slots with content, and those by which an event has it. */
const CONTENT_SLOTS = [
  SLOT.systemInstructions,
  SLOT.inputMessages,
  SLOT.outputMessages,
  SLOT.allMessages,
  SLOT.plainInput,
  SLOT.plainOutput,
  SLOT.reasoning,
  SLOT.requestedToolCalls,
  SLOT.toolArguments,
  SLOT.toolParameters,
  SLOT.toolResult,
] as const;

/** What was said within an agent's span: what went in at its start, what came out at its end, its events at their time. */
export function contentOfSpan(span: DecodedSpan, kind: SpanKind, pieces: ContentPiece[]): void {
  if (kind === 'pending' || kind === 'foreign') return;
  const { slots, flat, startedAtMs, endedAtMs } = span;
  if (flat.length > 0 || CONTENT_SLOTS.some((slot) => slots[slot] !== undefined)) {
    const toolCallId = nameAt(slots, SLOT.toolCallId);
    readInput({ slots, flat, kind }, emitTo(pieces, span, { atMs: startedAtMs, toolCallId }));
    readOutput({ slots, flat, kind }, emitTo(pieces, span, { atMs: endedAtMs, toolCallId }));
  }
  for (const event of span.events) {
    const atMs = event.atMs === 0 ? startedAtMs : event.atMs;
    readEvent(event.name, { ...event, kind, body: null }, emitTo(pieces, span, { atMs, toolCallId: null }));
  }
}

/** What a log record tells of the span that it belongs to; nothing where it belongs to none. */
export function contentOfLog(log: DecodedLog, receivedAtMs: number, pieces: ContentPiece[]): void {
  const { traceId, spanId, slots } = log;
  if (traceId === null || spanId === null) return;
  const name = log.name === '' ? (nameAt(slots, SLOT.eventName) ?? '') : log.name;
  const where = { atMs: log.atMs ?? receivedAtMs, toolCallId: null };
  const emit = emitTo(pieces, { traceId, spanId }, where);
  readOwnContent(log, emit);
  readEvent(name, { ...log, kind: 'step' }, emit);
}

type Where = Pick<ContentPiece, 'traceId' | 'spanId'>;

/** Text as it is, anything else as JSON; nothing where there is nothing. */
function emitTo(
  pieces: ContentPiece[],
  { traceId, spanId }: Where,
  { atMs, toolCallId: ofSpan }: Pick<ContentPiece, 'atMs' | 'toolCallId'>,
): Emit {
  return ({ kind, value, toolCallId }) => {
    if (value === null || value === '') return;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const isOfTool = kind === 'tool-arguments' || kind === 'tool-result';
    pieces.push({ traceId, spanId, kind, text, atMs, toolCallId: toolCallId ?? (isOfTool ? ofSpan : null) });
  };
}

interface Content {
  readonly slots: Slots;
  readonly flat: FlatAttributes;
  readonly kind: SpanKind;
}

/** Where each direction stands, and what it is for a tool. */
const SIDES = {
  input: {
    messages: SLOT.inputMessages,
    plain: SLOT.plainInput,
    ofTool: SLOT.toolArguments,
    lastOfTool: SLOT.toolParameters,
    kind: 'tool-arguments',
  },
  output: {
    messages: SLOT.outputMessages,
    plain: SLOT.plainOutput,
    ofTool: SLOT.toolResult,
    lastOfTool: SLOT.toolResult,
    kind: 'tool-result',
  },
} as const;

function readInput(content: Content, emit: Emit): void {
  readInstructions(content.slots[SLOT.systemInstructions], emit);
  readSide(content, 'input', emit);
}

function readOutput(content: Content, emit: Emit): void {
  const { slots } = content;
  readConversation(slots[SLOT.allMessages], emit);
  emit({ kind: 'reasoning', value: slots[SLOT.reasoning] ?? null });
  readSide(content, 'output', emit);
  readToolCalls(slots[SLOT.requestedToolCalls], 'output', emit);
}

/**
 * Messages, as such and flattened; whatever else went in or came out only where there are none. What goes into a tool are
 * its arguments, also under a name that is for messages (LangSmith).
 */
function readSide({ slots, flat, kind }: Content, direction: Direction, emit: Emit): void {
  const side = SIDES[direction];
  const messages = slots[side.messages];
  const plain = slots[side.plain];
  const ofTool = slots[side.ofTool] ?? plain ?? messages ?? slots[side.lastOfTool];
  if (kind !== 'tool' || ofTool !== messages) readMessages(messages, direction, emit);
  const flattened = messagesOfFlat(flat, direction);
  readMessages(flattened, direction, emit);
  if (kind === 'tool') emit({ kind: side.kind, value: ofTool ?? null });
  else if (messages === undefined && flattened.length === 0) readMessages(plain, direction, emit);
}

/** A list of parts, or text. */
function readInstructions(value: Value | undefined, emit: Emit): void {
  if (value === undefined) return;
  const parts = structured(value);
  readMessage({ role: 'system', parts: isList(parts) ? parts : [parts] }, 'input', emit);
}

/** A whole conversation: messages, or events with their names. What the assistant said in it came out of a model. */
function readConversation(value: Value | undefined, emit: Emit): void {
  const list = value === undefined ? null : structured(value);
  if (!isList(list)) return;
  for (const each of list) {
    const name = isKeyed(each) ? each['event.name'] : null;
    if (typeof name === 'string') readEvent(name, { slots: [], flat: [], kind: 'step', body: each }, emit);
    else if (isKeyed(each)) readMessage(each, each['role'] === 'assistant' ? 'output' : 'input', emit);
  }
}

/** Events of the older conventions: one for each message. */
const MESSAGE_EVENTS: ReadonlyMap<string, { readonly role: string; readonly direction: Direction }> = new Map(
  [
    ['gen_ai.system.message', { role: 'system', direction: 'input' }],
    ['gen_ai.user.message', { role: 'user', direction: 'input' }],
    ['gen_ai.assistant.message', { role: 'assistant', direction: 'input' }],
    ['gen_ai.tool.message', { role: 'tool', direction: 'input' }],
    ['gen_ai.choice', { role: 'assistant', direction: 'output' }],
  ],
);

/** Of the span of a tool: what it was given, and what it gave back (Strands). */
const TOOL_EVENTS: ReadonlyMap<string, 'tool-arguments' | 'tool-result'> = new Map([
  ['gen_ai.tool.message', 'tool-arguments'],
  ['gen_ai.choice', 'tool-result'],
]);

interface EventContent extends Content {
  readonly body: Value;
}

function readEvent(name: string, { slots, flat, kind, body }: EventContent, emit: Emit): void {
  const message = MESSAGE_EVENTS.get(name);
  if (message !== undefined) {
    const said = messageOf(slots, structured(body));
    const ofTool = kind === 'tool' ? TOOL_EVENTS.get(name) : undefined;
    if (ofTool === undefined) return readMessage({ role: message.role, ...said }, message.direction, emit);
    return emit({ kind: ofTool, value: said['content'] ?? null, toolCallId: nameAt(slots, SLOT.messageId) });
  }
  if (name === 'exception') return emit({ kind: 'event', value: exceptionIn(slots) });
  if (!name.startsWith('gen_ai.')) return;
  const given = isKeyed(body) ? slotsOfBody(body, slots) : slots;
  // The call that a tool's own span tells is no history.
  if (kind === 'tool')
    return readMessages(given[SLOT.inputMessages] ?? given[SLOT.outputMessages], 'output', emit);
  readInput({ slots: given, flat, kind: 'step' }, emit);
  readOutput({ slots: given, flat, kind: 'step' }, emit);
}

/** The message of such an event: in its body, or in its attributes. */
function messageOf(slots: Slots, body: Value): Readonly<Record<string, Value>> {
  if (isKeyed(body)) return body;
  const message = slots[SLOT.message];
  const whole = message === undefined ? null : structured(message);
  if (isKeyed(whole)) return whole;
  const toolCalls = slots[SLOT.messageToolCalls];
  return {
    content: partsIn(slots[SLOT.messageContent]) ?? whole ?? body,
    id: slots[SLOT.messageId] ?? null,
    ...(toolCalls !== undefined && { tool_calls: structured(toolCalls) }),
  };
}

/** An attribute holds text, also of a list of parts. */
function partsIn(content: Value | undefined): Value | undefined {
  const parts = content === undefined ? undefined : structured(content);
  return isList(parts) && parts.every(isKeyed) ? parts : content;
}

/** Some put the attributes of `gen_ai.client.inference.operation.details` into the body. */
function slotsOfBody(body: Readonly<Record<string, Value>>, slots: Slots): Slots {
  const merged = [...slots];
  for (const [slot, name] of BODY_NAMES) merged[slot] ??= body[name];
  return merged;
}

const BODY_NAMES = [
  [SLOT.systemInstructions, 'gen_ai.system_instructions'],
  [SLOT.inputMessages, 'gen_ai.input.messages'],
  [SLOT.outputMessages, 'gen_ai.output.messages'],
] as const;

function exceptionIn(slots: Slots): Value {
  const type = nameAt(slots, SLOT.errorType);
  const message = slots[SLOT.exceptionMessage];
  const text = [type, typeof message === 'string' ? message : null]
    .filter((part) => part !== null)
    .join(': ');
  return text === '' ? null : text;
}
