/**
 * What a framework calls a tool, in the words that orders use. Orders are given by tool name and action class, so
 * a tool that nobody listed keeps its name and gets the class that every order for a class covers.
 */
import { UNKNOWN_CLASS } from '../../core/unknown-class.js';
import type { GuardedAttempt } from '../guard.js';

/** What orders say about one tool. */
export interface ToolInfo {
  /** As `runbooks/agents.yml` names it; the framework's own name where left out. */
  readonly tool?: string | undefined;
  readonly actionClass: string;
  /** True only where it cannot change anything outside. */
  readonly readOnly?: boolean | undefined;
}

/** By the framework's name for the tool; a function is asked anew for every call. */
export type ToolTable =
  | Readonly<Record<string, ToolInfo>>
  | ((name: string, input: unknown) => ToolInfo | undefined);

export interface ToolCall {
  /** As the framework calls it. */
  readonly name: string;
  /** What it is called with, as it will be shown to whoever releases it from quarantine. */
  readonly input?: unknown;
  readonly actionId?: string | undefined;
  /** The caller's own: a call that waits in quarantine waits no longer than its caller. */
  readonly signal?: AbortSignal | undefined;
}

/** The attempt that a guard is asked about. */
export function attemptOf(
  tools: ToolTable | undefined,
  { name, input, actionId, signal }: ToolCall,
): GuardedAttempt {
  const info = find(tools, name, input);
  return {
    tool: info?.tool ?? name,
    actionClass: info?.actionClass ?? UNKNOWN_CLASS,
    readOnly: info?.readOnly === true,
    ...(actionId !== undefined && { actionId }),
    ...(input !== undefined && { parameters: input }),
    ...(signal !== undefined && { signal }),
  };
}

function find(tools: ToolTable | undefined, name: string, input: unknown): ToolInfo | undefined {
  if (typeof tools === 'function') return tools(name, input);
  return tools !== undefined && Object.hasOwn(tools, name) ? tools[name] : undefined;
}
