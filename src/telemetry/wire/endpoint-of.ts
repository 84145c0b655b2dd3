import { SLOT } from './attribute-names.js';
import { kindOfTemplate, type SpanKind } from './kind-words.js';
import { cleanName, nameAt } from './slot-values.js';
import type { DecodedSpan, Slots } from './types.js';

/** What was called: the tool as its agent's inventory names it, and what "a new endpoint" is counted by. */
export interface Called {
  readonly tool: string | null;
  readonly endpoint: string | null;
}

const NOTHING: Called = { tool: null, endpoint: null };

/** `mcp:<server>/<tool>`, the tool, or method, host and path template: never a raw path, for each would be new. */
export function calledBy(span: DecodedSpan, kind: SpanKind): Called {
  if (kind === 'http') return { tool: null, endpoint: httpEndpoint(span.slots) };
  if (kind !== 'tool') return { tool: nameAt(span.slots, SLOT.toolName), endpoint: null };
  const tool = toolOf(span);
  if (tool === null) return NOTHING;
  return { tool, endpoint: mcpEndpoint(span.slots, tool) ?? tool };
}

/** Conventions put the tool's name behind the operation; vendors that give it no attribute use the whole name. */
function toolOf({ slots, name }: DecodedSpan): string | null {
  return (
    nameAt(slots, SLOT.toolName) ??
    nameAt(slots, SLOT.entityName) ??
    (kindOfTemplate(slots[SLOT.template]) === 'tool' ? nameAt(slots, SLOT.ownTool) : null) ??
    cleanName(name.replace(/^(?:execute_tool|(?:MCP send )?tools\/call|running tool:?)\s+/, ''))
  );
}

function mcpEndpoint(slots: Slots, tool: string): string | null {
  if (slots[SLOT.mcpMethod] === undefined) return null;
  const server = nameAt(slots, SLOT.mcpServer) ?? nameAt(slots, SLOT.host);
  return server === null ? null : `mcp:${server}/${tool}`;
}

function httpEndpoint(slots: Slots): string | null {
  const method = nameAt(slots, SLOT.httpMethod);
  const host = nameAt(slots, SLOT.host) ?? hostOf(nameAt(slots, SLOT.url));
  if (method === null || host === null) return null;
  return `${method.toUpperCase()} ${host.toLowerCase()}${nameAt(slots, SLOT.urlTemplate) ?? ''}`;
}

function hostOf(url: string | null): string | null {
  return url !== null && URL.canParse(url) ? new URL(url).hostname : null;
}
