/** Claude Code (code.claude.com/docs/en/monitoring-usage): a log record for each request to a model and each tool that has run. */
import type { RecordOutcome } from '../../core/action-record.js';
import { SLOT } from './attribute-names.js';
import type { Called } from './endpoint-of.js';
import { calledTool, requestEvent, toolEvent, type OwnEvent, type ReadOwnEvent } from './own-event.js';
import { cleanName, countOf, nameAt, objectOf } from './slot-values.js';
import type { Prices, Slots, Value } from './types.js';

export const CLAUDE_CODE: readonly (readonly [string, ReadOwnEvent])[] = [
  ['claude_code.api_request', (slots, prices) => requestOf(slots, prices, 'ok')],
  ['claude_code.api_error', (slots, prices) => requestOf(slots, prices, 'error')],
  ['claude_code.tool_result', (slots) => toolEvent(slots, toolIn(slots))],
];

/** Here, input does not include what was read from and written to caches. */
function requestOf(slots: Slots, prices: Prices, outcome: RecordOutcome): OwnEvent {
  const cacheRead = countOf(slots[SLOT.ownCacheReadTokens]) ?? 0;
  const cacheWrite = countOf(slots[SLOT.ownCacheWriteTokens]) ?? 0;
  const uncached = countOf(slots[SLOT.ownInputTokens]);
  const input = uncached === null ? null : uncached + cacheRead + cacheWrite;
  return requestEvent(slots, {
    prices,
    outcome,
    tokens: { input, output: countOf(slots[SLOT.ownOutputTokens]) },
  });
}

/** Which tool of an MCP server it was, is only told with OTEL_LOG_TOOL_DETAILS. */
function toolIn(slots: Slots): Called {
  const parameters = objectOf(slots[SLOT.ownToolParameters]) ?? {};
  const server = nameIn(parameters['mcp_server_name']);
  const name = nameIn(parameters['mcp_tool_name']);
  if (server !== null && name !== null) return calledTool(cleanName(`mcp__${server}__${name}`), server);
  return calledTool(nameAt(slots, SLOT.ownTool), null);
}

function nameIn(value: Value | undefined): string | null {
  return typeof value === 'string' ? cleanName(value) : null;
}
