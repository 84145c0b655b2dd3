/**
 * Gemini CLI (github.com/google-gemini/gemini-cli, docs/cli/telemetry.md) and Qwen Code, which grew out of it: a log record for
 * each answer of a model and for each tool call.
 */
import type { RecordOutcome } from '../../core/action-record.js';
import { SLOT } from './attribute-names.js';
import {
  calledTool,
  requestEvent,
  toolEvent,
  type OwnEvent,
  type OwnTokens,
  type ReadOwnEvent,
} from './own-event.js';
import { countOf, nameAt } from './slot-values.js';
import type { Prices, Slots } from './types.js';

const EVENTS: readonly (readonly [string, ReadOwnEvent])[] = [
  ['api_response', (slots, prices) => responseOf(slots, prices, 'ok')],
  ['api_error', (slots, prices) => responseOf(slots, prices, 'error')],
  ['tool_call', toolCallOf],
];

export const GEMINI_CLI = ['gemini_cli.', 'qwen-code.'].flatMap((prefix) =>
  EVENTS.map(([name, read]) => [`${prefix}${name}`, read] as const),
);

function responseOf(slots: Slots, prices: Prices, outcome: RecordOutcome): OwnEvent {
  return requestEvent(slots, { prices, outcome, tokens: tokensIn(slots) });
}

/** What Gemini thought is in its total only, and what its tools brought in is no part of its prompt. */
function tokensIn(slots: Slots): OwnTokens {
  const prompt = countOf(slots[SLOT.ownInputTokens]);
  const answer = countOf(slots[SLOT.ownOutputTokens]);
  if (prompt === null) return { input: null, output: answer };
  const input = prompt + (countOf(slots[SLOT.ownToolTokens]) ?? 0);
  const total = countOf(slots[SLOT.ownTotalTokens]) ?? 0;
  return { input, output: Math.max(answer ?? 0, total - input) };
}

function toolCallOf(slots: Slots): OwnEvent {
  const called = calledTool(nameAt(slots, SLOT.ownTool), nameAt(slots, SLOT.ownMcpServer));
  return slots[SLOT.ownDecision] === 'reject' ? toolEvent(slots, called, 'denied') : toolEvent(slots, called);
}
