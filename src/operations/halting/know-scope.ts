/** What an order names, held against the runbooks: a slip must not look like a halt, and nothing real may be refused. */
import { ActionClassName } from '../../core/action-class.js';
import { DomainError } from '../../core/errors.js';
import { describeScope, type HaltScope } from '../../core/halt.js';
import { nearestWord } from '../../registry/nearest-word.js';
import type { Registry } from '../../registry/registry.js';
import type { Deps } from '../deps.js';

/** A tool or class that no inventory holds. It is halted all the same: what is not declared may still be used. */
export interface Unlisted {
  readonly kind: 'tool' | 'class';
  readonly name: string;
  /** The declared word that it may have been meant to be. */
  readonly nearest: string | null;
}

/** The scope as it was meant: a declared name that differs in capitals only is that name. */
export function meantScope({ registry }: Pick<Deps, 'registry'>, scope: HaltScope): HaltScope {
  switch (scope.kind) {
    case 'all':
    case 'action':
      return scope;
    case 'agent':
      return { ...scope, agentId: spelt(scope.agentId, registry.agents.keys()) };
    case 'tool':
      return { ...scope, tool: spelt(scope.tool, toolsOf(registry)), ...within(registry, scope.agentId) };
    case 'class':
      return {
        ...scope,
        actionClass: spelt(scope.actionClass, registry.actionClasses.keys()),
        ...within(registry, scope.agentId),
      };
  }
}

function within({ agents }: Registry, agentId: string | undefined): { agentId?: string } {
  return agentId === undefined ? {} : { agentId: spelt(agentId, agents.keys()) };
}

function spelt(written: string, known: Iterable<string>): string {
  const words = [...known];
  if (words.includes(written)) return written;
  return words.find((word) => word.toLowerCase() === written.toLowerCase()) ?? written;
}

/** Every tool that any agent has declared. */
function toolsOf({ agents }: Registry): Set<string> {
  return new Set([...agents.values()].flatMap(({ tools }) => tools.map(({ name }) => name)));
}

/** What the answer to the order has to say about its name; null where an inventory holds it. */
export function unlistedIn({ registry }: Pick<Deps, 'registry'>, scope: HaltScope): Unlisted | null {
  if (scope.kind === 'tool') return unlisted('tool', scope.tool, toolsOf(registry));
  if (scope.kind === 'class')
    return unlisted('class', scope.actionClass, new Set(registry.actionClasses.keys()));
  return null;
}

function unlisted(kind: Unlisted['kind'], name: string, known: ReadonlySet<string>): Unlisted | null {
  return known.has(name) ? null : { kind, name, nearest: nearestWord(name, known) ?? null };
}

/** Refuses a name that nothing could report: an order for it would stop nobody and say that it did. */
export function refuseMistaken(deps: Deps, scope: HaltScope): void {
  refuseUnknownAgent(deps, scope);
  const { agents, actionClasses } = deps.registry;
  if (scope.kind === 'tool' && !toolsOf(deps.registry).has(scope.tool)) {
    if (agents.has(scope.tool)) throw isOther(scope.tool, 'an agent', `agent ${scope.tool}`);
    if (actionClasses.has(scope.tool)) throw isOther(scope.tool, 'an action class', `class ${scope.tool}`);
  }
  if (scope.kind !== 'class' || actionClasses.has(scope.actionClass)) return;
  if (agents.has(scope.actionClass))
    throw isOther(scope.actionClass, 'an agent', `agent ${scope.actionClass}`);
  if (toolsOf(deps.registry).has(scope.actionClass))
    throw isOther(scope.actionClass, 'a tool', `tool ${scope.actionClass}`);
  if (!ActionClassName.safeParse(scope.actionClass).success) throw noClass(deps, scope.actionClass);
}

function isOther(name: string, what: string, order: string): DomainError {
  return new DomainError('invalid-input', `"${name}" is ${what}. Nothing is halted yet: order \`${order}\`.`);
}

function noClass({ registry }: Deps, name: string): DomainError {
  const nearest = nearestWord(name, registry.actionClasses.keys());
  const meant = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`;
  return new DomainError(
    'not-found',
    `No action class can be called "${name}".${meant} There are: ${[...registry.actionClasses.keys()].join(', ')}.`,
  );
}

function refuseUnknownAgent({ registry, plane }: Deps, scope: HaltScope): void {
  const agentId = 'agentId' in scope ? scope.agentId : undefined;
  if (agentId === undefined || registry.agents.has(agentId)) return;
  if (plane.leases.all().some((point) => point.agentId === agentId)) return;
  const nearest = nearestWord(agentId, registry.agents.keys());
  const meant = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`;
  throw new DomainError(
    'not-found',
    `I know no agent "${agentId}", so ${describeScope(scope)} would stop nothing.${meant} There are: ${[...registry.agents.keys()].join(', ')}. "all" stops every agent.`,
  );
}
