/** The runbooks that ship, with other agents in them. */
import { loadRegistry } from '../../src/registry/load-registry.js';
import type { Registry } from '../../src/registry/registry.js';

/** These agents and no others, each like the first that ships, with these tools. */
export function registryWith(agentIds: readonly string[], tools: readonly string[]): Registry {
  const shipped = loadRegistry(new URL('../../runbooks', import.meta.url).pathname);
  const [model] = shipped.agents.values();
  const [tool] = model?.tools ?? [];
  if (model === undefined || tool === undefined) throw new Error('no agent with a tool ships');
  const own = tools.map((name) => ({ ...tool, name }));
  return { ...shipped, agents: new Map(agentIds.map((id) => [id, { ...model, id, tools: own }])) };
}
