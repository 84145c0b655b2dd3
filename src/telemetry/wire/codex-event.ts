/**
 * Codex (github.com/openai/codex, codex-rs/otel): a log record for the end of each answer of a model, with its tokens, and for
 * each tool that has run. Numbers come as text. Of the many events of a stream only the last says what was used.
 */
import { SLOT } from './attribute-names.js';
import { calledTool, requestEvent, toolEvent, type OwnEvent, type ReadOwnEvent } from './own-event.js';
import { countOf, nameAt } from './slot-values.js';
import type { Prices, Slots } from './types.js';

export const CODEX: readonly (readonly [string, ReadOwnEvent])[] = [
  ['codex.sse_event', responseOf],
  ['codex.websocket_event', responseOf],
  ['codex.tool_result', toolResultOf],
];

/** Input includes what a cache served, output what was thought. */
function responseOf(slots: Slots, prices: Prices): OwnEvent | null {
  if (slots[SLOT.ownEventKind] !== 'response.completed') return null;
  const tokens = {
    input: countOf(slots[SLOT.ownInputTokens]),
    output: countOf(slots[SLOT.ownOutputTokens]),
  };
  const isError = slots[SLOT.ownError] !== undefined;
  if (!isError && tokens.input === null) return null;
  return requestEvent(slots, { prices, outcome: isError ? 'error' : 'ok', tokens });
}

function toolResultOf(slots: Slots): OwnEvent {
  return toolEvent(slots, calledTool(nameAt(slots, SLOT.ownTool), nameAt(slots, SLOT.ownMcpServer)));
}
