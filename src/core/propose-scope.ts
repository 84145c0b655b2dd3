/**
 * Which scope a responder is offered first, by the priority of the containment runbook (RES-003, phase 2): everything
 * while a tool of high blast radius is in play and it is unclear what failed; one agent where it is known and
 * nobody takes its output; one tool where the alerts name one. When in doubt, all: restoring is selective.
 */
import { blastRadiusOf, type Agent } from './agent.js';
import type { TripwireName } from './alert.js';
import { touchesAgent, type HaltScope } from './halt.js';

/** What is known of the incident at the moment of the press. */
export interface KnownIncident {
  /** In the registry; null where the incident names none that is. */
  readonly agentId: string | null;
  readonly tripwire: TripwireName | null;
  /** It stands for several agents at once. */
  readonly isUmbrella: boolean;
  /** Tools that its alerts name, each once. */
  readonly tools: readonly string[];
}

export interface Proposal {
  readonly scope: HaltScope;
  readonly why: string;
}

export function proposeScope(known: KnownIncident | undefined, agents: ReadonlyMap<string, Agent>): Proposal {
  const all = (why: string): Proposal => ({ scope: { kind: 'all' }, why });
  if (known === undefined) return all('No incident says what failed.');
  const isClear = known.tripwire !== null && NAMES_A_TOOL.has(known.tripwire);
  if (known.isUmbrella) return (isClear ? toolOfAll(known, agents) : undefined) ?? all(SEVERAL);
  const agent = known.agentId === null ? undefined : agents.get(known.agentId);
  if (agent === undefined) return all('The agent of this incident is not registered.');
  const { id: agentId } = agent;
  const [tool, ...others] = known.tools.filter((name) => agent.tools.some((each) => each.name === name));
  if (isClear && tool !== undefined && others.length === 0)
    return {
      scope: { kind: 'tool', tool, agentId },
      why: `${agentId} calls one tool as it should not: ${tool}.`,
    };
  if (blastRadiusOf(agent) === 'high')
    return all(`${agentId} has tools of high blast radius and it is unclear what failed.`);
  if (agent.consumers.some(({ kind }) => kind === 'agent'))
    return all(`Other agents take the output of ${agentId}, and it is unclear what failed.`);
  return {
    scope: { kind: 'agent', agentId },
    why: `${agentId} is known, and no other agent takes its output.`,
  };
}

const SEVERAL = 'Several agents are concerned, and it is unclear what failed.';

/** One cause across agents: the tool that all of their alerts name, and some agent has, is stopped for everybody. */
function toolOfAll({ tools }: KnownIncident, agents: ReadonlyMap<string, Agent>): Proposal | undefined {
  const [tool, ...others] = tools;
  const isDeclared = [...agents.values()].some((agent) => agent.tools.some(({ name }) => name === tool));
  if (tool === undefined || others.length > 0 || !isDeclared) return undefined;
  return { scope: { kind: 'tool', tool }, why: `Several agents call one tool as they should not: ${tool}.` };
}

/** These say which call is wrong; money spent or a bad outcome says only that something is. */
const NAMES_A_TOOL: ReadonlySet<TripwireName> = new Set(['action-rate', 'authorisation', 'enforcement-gap']);

/** What an order would stop, as far as the registry and the points connected at this moment tell. */
export interface ScopePreview {
  readonly scope: HaltScope;
  /** Agents that would be stopped, or would go on without what is named. */
  readonly agents: readonly string[];
  /** Enforcement points that would have to answer. */
  readonly points: number;
  /** Of these agents, those of which no enforcement point could stop all that is named. */
  readonly uncovered: readonly string[];
}

/** `points` and `uncovered` as an order of this scope would find them at this moment. */
export function previewOf(
  scope: HaltScope,
  agents: ReadonlyMap<string, Agent>,
  { points, uncovered }: Pick<ScopePreview, 'points' | 'uncovered'>,
): ScopePreview {
  const concerned = [...agents.values()].filter((agent) => concerns(scope, agent)).map(({ id }) => id);
  return { scope, agents: concerned, points, uncovered: concerned.filter((id) => uncovered.includes(id)) };
}

function concerns(scope: HaltScope, agent: Agent): boolean {
  if (!touchesAgent(scope, agent.id)) return false;
  if (scope.kind === 'tool') return agent.tools.some(({ name }) => name === scope.tool);
  if (scope.kind === 'class') return agent.tools.some(({ actionClass }) => actionClass === scope.actionClass);
  return true;
}
