/**
 * attempt × halts → allow | hold | deny, where part of the attempt is not known. A gateway may not know who asks, or
 * which tool an address stands for. An order counts wherever it *could* be meant: whoever hides a name, or
 * misspells it, is stopped by more orders, never by fewer.
 */
import type { Halt, HaltScope } from './halt.js';
import { decide, type Decision } from './decide.js';

/** What may be about to happen: each list holds everything it could be; undefined is anything at all. */
export interface UnsureAttempt {
  readonly agents: readonly string[] | undefined;
  readonly tools: readonly string[] | undefined;
  readonly classes: readonly string[] | undefined;
  readonly actionId: string | undefined;
  /** True only where it is certain that it changes nothing. */
  readonly readOnly: boolean;
}

/** Nothing is known, or what is said contradicts itself: every order stands against it. */
export const ANYTHING: UnsureAttempt = {
  agents: undefined,
  tools: undefined,
  classes: undefined,
  actionId: undefined,
  readOnly: false,
};

/** As `decide`, for the worst that the attempt could be. */
export function decideUnsure(attempt: UnsureAttempt, halts: readonly Halt[]): Decision {
  const meant = halts.filter(({ scope }) => couldCover(scope, attempt));
  if (meant.length === 0) return NOTHING_STANDS;
  // Every one of them covers it for all we know, so each is asked as an order on everything.
  const asAll = meant.map((halt) => ({ ...halt, scope: { kind: 'all' as const } }));
  const { verdict, because } = decide({ ...SOMEBODY, readOnly: attempt.readOnly }, asAll);
  return { verdict, because: because.map(({ id }) => meant.find((halt) => halt.id === id)).filter(isHalt) };
}

const NOTHING_STANDS: Decision = { verdict: 'allow', because: [] };
const SOMEBODY = { agentId: '', tool: '', actionClass: '', actionId: '' };

function isHalt(halt: Halt | undefined): halt is Halt {
  return halt !== undefined;
}

/** Could the order be meant? No default branch: a new scope must not compile until answered. */
export function couldCover(scope: HaltScope, attempt: UnsureAttempt): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'agent':
      return couldBe(attempt.agents, scope.agentId);
    case 'tool':
      return couldBe(attempt.tools, scope.tool) && withinAgent(scope.agentId, attempt);
    case 'class':
      return couldBe(attempt.classes, scope.actionClass) && withinAgent(scope.agentId, attempt);
    case 'action':
      return attempt.actionId === undefined || attempt.actionId === scope.actionId;
  }
}

function withinAgent(agentId: string | undefined, { agents }: UnsureAttempt): boolean {
  return agentId === undefined || couldBe(agents, agentId);
}

function couldBe(possible: readonly string[] | undefined, name: string): boolean {
  return possible === undefined || possible.includes(name);
}
