/** What a log record of a coding agent tells, and what such records have in common: names and numbers of their own. */
import type { Cost, RecordKind, RecordOutcome } from '../../core/action-record.js';
import { SLOT } from './attribute-names.js';
import { costOf } from './cost-of.js';
import type { Called } from './endpoint-of.js';
import { cleanName, countOf, flagOf, nameAt } from './slot-values.js';
import type { Prices, Slots } from './types.js';

/** Of a record, what such an event tells. */
export interface OwnEvent extends Called {
  readonly kind: RecordKind;
  /** The id of the tool's use, by which its hook may have asked too. */
  readonly actionId: string | null;
  readonly cost: Cost | null;
  readonly durationMs: number;
  readonly outcome: RecordOutcome;
}

/** null for an event in which nothing was done. */
export type ReadOwnEvent = (slots: Slots, prices: Prices) => OwnEvent | null;

/** Tokens as `usageOf` has them: input includes what was read from and written to caches. */
export interface OwnTokens {
  readonly input: number | null;
  readonly output: number | null;
}

interface Request {
  readonly prices: Prices;
  readonly outcome: RecordOutcome;
  readonly tokens: OwnTokens;
}

const NO_TOOL: Called = { tool: null, endpoint: null };

/** A request to a model. */
export function requestEvent(slots: Slots, { prices, outcome, tokens }: Request): OwnEvent {
  const cost = costOf(usualNames(slots, tokens), prices);
  return { ...NO_TOOL, kind: 'inference', actionId: null, cost, durationMs: durationIn(slots), outcome };
}

/** A tool that has run, or was to. */
export function toolEvent(slots: Slots, called: Called, outcome = outcomeOf(slots)): OwnEvent {
  const actionId = nameAt(slots, SLOT.ownToolUseId) ?? nameAt(slots, SLOT.toolCallId);
  return { ...called, kind: 'tool', actionId, cost: null, durationMs: durationIn(slots), outcome };
}

/** By the name that its hooks and permissions know; what an MCP server has, as the server has it. */
export function calledTool(tool: string | null, server: string | null): Called {
  if (tool === null || server === null) return { tool, endpoint: tool };
  const prefix = `mcp__${server}__`;
  const ofServer = tool.startsWith(prefix) ? tool.slice(prefix.length) : tool;
  return { tool, endpoint: cleanName(`mcp:${server}/${ofServer}`) };
}

/** Under the names that costs are read by. */
function usualNames(slots: Slots, { input, output }: OwnTokens): Slots {
  const usual = [...slots];
  usual[SLOT.requestModel] = slots[SLOT.ownModel];
  usual[SLOT.cost] = slots[SLOT.ownCost];
  usual[SLOT.currency] = 'USD';
  usual[SLOT.inputTokens] = input ?? undefined;
  usual[SLOT.outputTokens] = output ?? undefined;
  usual[SLOT.cacheReadTokens] = slots[SLOT.ownCacheReadTokens];
  usual[SLOT.cacheWriteTokens] = slots[SLOT.ownCacheWriteTokens];
  return usual;
}

function durationIn(slots: Slots): number {
  return countOf(slots[SLOT.ownDurationMs]) ?? 0;
}

function outcomeOf(slots: Slots): RecordOutcome {
  const success = flagOf(slots[SLOT.ownSuccess]);
  return success === null ? 'unknown' : success ? 'ok' : 'error';
}
