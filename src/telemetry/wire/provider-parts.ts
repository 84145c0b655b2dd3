/** Parts of messages that say what they are by their one key, as Bedrock's and Gemini's APIs have them, in the words of the rest. */
import { isKeyed } from './slot-values.js';
import type { Value } from './types.js';

type Keyed = Readonly<Record<string, Value>>;

const READERS: readonly (readonly [key: string, worded: (inner: Keyed) => Keyed])[] = [
  ['toolUse', ({ toolUseId, name, input }) => callOf(toolUseId, name, input)],
  [
    'toolResult',
    ({ toolUseId, content }) => ({ type: 'tool_result', id: toolUseId ?? null, content: content ?? null }),
  ],
  ['reasoningContent', (inner) => ({ type: 'reasoning', text: reasoningIn(inner) })],
  ['function_call', ({ id, name, args }) => callOf(id, name, args)],
  ['functionCall', ({ id, name, args }) => callOf(id, name, args)],
  ['function_response', ({ id, response }) => resultOf(id, response)],
  ['functionResponse', ({ id, response }) => resultOf(id, response)],
];

/** The part itself where it says its type, or is none of these. */
export function wordedPart(part: Keyed): Keyed {
  if (part['type'] !== undefined) return part;
  for (const [key, worded] of READERS) {
    const inner = part[key];
    if (isKeyed(inner)) return worded(inner);
  }
  return part['thought'] === true ? { ...part, type: 'reasoning' } : part;
}

function callOf(id: Value | undefined, name: Value | undefined, input: Value | undefined): Keyed {
  return { type: 'tool_use', id: id ?? null, name: name ?? null, input: input ?? null };
}

function resultOf(id: Value | undefined, response: Value | undefined): Keyed {
  return { type: 'tool_result', id: id ?? null, response: response ?? null };
}

function reasoningIn({ reasoningText }: Keyed): Value {
  return isKeyed(reasoningText) ? (reasoningText['text'] ?? null) : (reasoningText ?? null);
}
