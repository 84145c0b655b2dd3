/** What log records of Codex, Gemini CLI and Qwen Code say in words: prompts, answers, what tools were given and gave back. */
import { SLOT } from './attribute-names.js';
import { mayHaveWords } from './coding-agents.js';
import { readMessages, type Emit } from './read-messages.js';
import { nameAt } from './slot-values.js';
import type { DecodedLog, Slots, Value } from './types.js';

/** What stands where nobody allowed the words to be told. */
const WITHHELD: ReadonlySet<Value> = new Set<Value>(['[REDACTED]', '<REDACTED>']);

/** Of any other log record: nothing. */
export function readOwnContent(log: DecodedLog, emit: Emit): void {
  if (!mayHaveWords(log)) return;
  const { slots } = log;
  readMessages(told(slots, SLOT.ownPrompt), 'input', emit);
  readMessages(told(slots, SLOT.ownAnswer), 'output', emit);
  const toolCallId = nameAt(slots, SLOT.ownToolUseId);
  emit({ kind: 'tool-arguments', value: told(slots, SLOT.ownArguments) ?? null, toolCallId });
  emit({ kind: 'tool-result', value: told(slots, SLOT.plainOutput) ?? null, toolCallId });
}

function told(slots: Slots, slot: number): Value | undefined {
  const value = slots[slot];
  return value === undefined || WITHHELD.has(value) ? undefined : value;
}
