/** What one agent's wires are built from: its inventory and its parameters, resolved once. */
import {
  tripwireParameters,
  type RuleOverrides,
  type WireParameters,
  type WireRegistry,
} from './parameters.js';

export interface WireSettings {
  readonly agentId: string;
  /** What the agent declared that it uses, with the class of each; null for an agent that nobody registered. */
  readonly inventory: ReadonlyMap<string, string> | null;
  readonly lateMinutes: number;
  readonly parameters: WireParameters;
  /** Tools with parameters of their own. */
  readonly tools: ReadonlyMap<string, WireParameters>;
  /** Tools whose calls are counted by themselves, because they have a limit of their own. */
  readonly watchedTools: ReadonlySet<string>;
}

/** The settings of one agent, known to the registry or not. */
export function wireSettings(registry: WireRegistry, agentId: string): WireSettings {
  const { lateMinutes, agents } = registry.tripwires;
  const agent = registry.agents.get(agentId);
  const overrides = agents.get(agentId)?.tools ?? NO_TOOLS;
  return {
    agentId,
    inventory:
      agent === undefined ? null : new Map(agent.tools.map(({ name, actionClass }) => [name, actionClass])),
    lateMinutes,
    parameters: agents.has(agentId) ? tripwireParameters(registry, agentId) : shared(registry),
    tools: new Map([...overrides.keys()].map((tool) => [tool, tripwireParameters(registry, agentId, tool)])),
    watchedTools: new Set([...overrides].flatMap(([tool, rules]) => (hasCallLimit(rules) ? [tool] : []))),
  };
}

/** The parameters that hold for a record of this tool. */
export function parametersFor({ parameters, tools }: WireSettings, tool: string | null): WireParameters {
  return (tool === null ? undefined : tools.get(tool)) ?? parameters;
}

const NO_TOOLS: ReadonlyMap<string, RuleOverrides> = new Map();

function hasCallLimit(rules: RuleOverrides): boolean {
  return rules['call-rate'] !== undefined || rules['call-cap'] !== undefined;
}

/** Thousands of agents without a word of their own hold one and the same object. */
const general = new WeakMap<WireRegistry, WireParameters>();

function shared(registry: WireRegistry): WireParameters {
  const known = general.get(registry);
  if (known !== undefined) return known;
  // No agent is named '': these are the parameters of nobody in particular.
  const parameters = tripwireParameters(registry, '');
  general.set(registry, parameters);
  return parameters;
}
