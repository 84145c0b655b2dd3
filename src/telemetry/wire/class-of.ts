import type { ActionClassName } from '../../core/action-class.js';
import { declaredClass } from '../../core/tripwire/authorisation.js';
import { SLOT } from './attribute-names.js';
import type { RegistryView, Slots } from './types.js';

const KEBAB_CASE = /^[a-z][a-z0-9-]{1,39}$/;

/** The class that a span states itself; null where it states none, or one that cannot be the name of a class. */
export function statedClass(slots: Slots): ActionClassName | null {
  const stated = slots[SLOT.actionClass];
  return typeof stated === 'string' && KEBAB_CASE.test(stated) ? stated : null;
}

const byAgents = new WeakMap<RegistryView['agents'], Map<string, ReadonlyMap<string, ActionClassName>>>();

/** The class of an agent's tool, as its inventory says; null for tools that it does not declare. */
export function classOf(
  registry: RegistryView,
  agentId: string,
  tool: string | null,
): ActionClassName | null {
  const classes = tool === null ? null : classesOf(registry, agentId);
  return tool === null || classes === null ? null : (declaredClass(classes, tool) ?? null);
}

function classesOf({ agents }: RegistryView, agentId: string): ReadonlyMap<string, ActionClassName> | null {
  const agent = agents.get(agentId);
  if (agent === undefined) return null;
  const known = byAgents.get(agents) ?? new Map<string, ReadonlyMap<string, ActionClassName>>();
  byAgents.set(agents, known);
  const classes =
    known.get(agentId) ?? new Map(agent.tools.map(({ name, actionClass }) => [name, actionClass]));
  known.set(agentId, classes);
  return classes;
}
