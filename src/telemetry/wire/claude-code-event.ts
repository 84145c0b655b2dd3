/**
 * What Claude Code tells of itself (code.claude.com/docs/en/monitoring-usage): a log record for each request to a model and
 * for each tool that has run. These alone say what was spent and done: its spans (`claude_code.…`, beta) tell of the same
 * requests and tools without their cost, so they are steps and count nothing, and its metrics are not taken.
 */
import type { Cost, RecordKind, RecordOutcome } from '../../core/action-record.js';
import { SLOT } from './attribute-names.js';
import { costOf } from './cost-of.js';
import type { Called } from './endpoint-of.js';
import { cleanName, countOf, flagOf, nameAt, objectOf } from './slot-values.js';
import type { DecodedLog, Prices, Slots, Value } from './types.js';

/** Of a record, what such an event tells. */
export interface ClaudeCodeEvent extends Called {
  readonly kind: RecordKind;
  /** The id of the tool's use, by which its `PreToolUse` hook asked too. */
  readonly actionId: string | null;
  readonly cost: Cost | null;
  readonly durationMs: number;
  readonly outcome: RecordOutcome;
}

const PREFIX = 'claude_code.';
const NO_TOOL: Called = { tool: null, endpoint: null };

/** null for every other log record, and for events in which nothing was done. */
export function claudeCodeEvent(log: DecodedLog, prices: Prices): ClaudeCodeEvent | null {
  const read = READERS.get(nameOf(log) ?? '');
  return read === undefined ? null : read(log.slots, prices);
}

type ReadEvent = (slots: Slots, prices: Prices) => ClaudeCodeEvent;

const READERS: ReadonlyMap<string, ReadEvent> = new Map<string, ReadEvent>([
  ['claude_code.api_request', (slots, prices) => requestOf(slots, { prices, outcome: 'ok' })],
  ['claude_code.api_error', (slots, prices) => requestOf(slots, { prices, outcome: 'error' })],
  ['claude_code.tool_result', toolUseOf],
]);

function requestOf(
  slots: Slots,
  { prices, outcome }: { readonly prices: Prices; readonly outcome: RecordOutcome },
): ClaudeCodeEvent {
  const cost = costOf(usageIn(slots), prices);
  return { ...NO_TOOL, kind: 'inference', actionId: null, cost, durationMs: durationIn(slots), outcome };
}

function toolUseOf(slots: Slots): ClaudeCodeEvent {
  const actionId = nameAt(slots, SLOT.claudeToolUseId);
  const durationMs = durationIn(slots);
  return { ...toolIn(slots), kind: 'tool', actionId, cost: null, durationMs, outcome: outcomeOf(slots) };
}

function durationIn(slots: Slots): number {
  return countOf(slots[SLOT.claudeDurationMs]) ?? 0;
}

/** In full it is the body, in short the attribute `event.name`, which may be another vendor's too. */
function nameOf({ name, body, slots }: DecodedLog): string | null {
  const told = [name, body, slots[SLOT.eventName]];
  const full = told.find((each) => typeof each === 'string' && each.startsWith(PREFIX));
  return typeof full === 'string' ? full : null;
}

/** Under the names that costs are read by. Here, input does not include what was read from and written to caches. */
function usageIn(slots: Slots): Slots {
  const usage = [...slots];
  const cacheRead = countOf(slots[SLOT.claudeCacheReadTokens]) ?? 0;
  const cacheWrite = countOf(slots[SLOT.claudeCacheWriteTokens]) ?? 0;
  const uncached = countOf(slots[SLOT.claudeInputTokens]);
  usage[SLOT.requestModel] = slots[SLOT.claudeModel];
  usage[SLOT.cost] = slots[SLOT.claudeCost];
  usage[SLOT.currency] = 'USD';
  usage[SLOT.inputTokens] = uncached === null ? undefined : uncached + cacheRead + cacheWrite;
  usage[SLOT.outputTokens] = slots[SLOT.claudeOutputTokens];
  usage[SLOT.cacheReadTokens] = cacheRead;
  usage[SLOT.cacheWriteTokens] = cacheWrite;
  return usage;
}

/** By the name that its hooks and permissions know; of an MCP server's tool that is only told with OTEL_LOG_TOOL_DETAILS. */
function toolIn(slots: Slots): Called {
  const parameters = objectOf(slots[SLOT.claudeToolParameters]) ?? {};
  const server = nameIn(parameters['mcp_server_name']);
  const name = nameIn(parameters['mcp_tool_name']);
  if (server !== null && name !== null)
    return { tool: cleanName(`mcp__${server}__${name}`), endpoint: cleanName(`mcp:${server}/${name}`) };
  const tool = nameAt(slots, SLOT.claudeTool);
  return { tool, endpoint: tool };
}

function nameIn(value: Value | undefined): string | null {
  return typeof value === 'string' ? cleanName(value) : null;
}

function outcomeOf(slots: Slots): RecordOutcome {
  const success = flagOf(slots[SLOT.claudeSuccess]);
  return success === null ? 'unknown' : success ? 'ok' : 'error';
}
