import type { Agent } from '../../core/agent.js';
import { touchesAgent, type HaltScope } from '../../core/halt.js';
import { previewOf, proposeScope, type Proposal, type ScopePreview } from '../../core/propose-scope.js';
import type { Deps } from '../deps.js';
import { uncoveredAgents } from './order-event.js';
import { readIncident } from '../incidents/read-incident.js';

export interface HaltProposal {
  readonly incident: string | null;
  readonly proposal: Proposal;
  /** What can be chosen, what matters first, each with what it would stop. */
  readonly choices: readonly ScopePreview[];
}

/** What a responder is offered before the press. Changes nothing; without the incident it is all from memory. */
export async function proposeHalt(deps: Deps, incident: string | null): Promise<HaltProposal> {
  const { agents } = deps.registry;
  const known = incident === null ? undefined : await knownOf(deps, incident);
  const proposal = proposeScope(known, agents);
  const first = agents.get(known?.agentId ?? '');
  const choices = scopesOf([...agents.values()], first).map(previewer(deps));
  return { incident, proposal, choices };
}

/** What an order of each scope would find: the same points that it would expect, and the same agents without one. */
function previewer(deps: Deps): (scope: HaltScope) => ScopePreview {
  const guards = new Map<string, number>();
  for (const { agentId } of deps.plane.leases.all()) guards.set(agentId, (guards.get(agentId) ?? 0) + 1);
  return (scope) => {
    const fixed = deps.plane.fixtures.expectedBy(scope);
    const guarded = [...guards].filter(([agentId]) => touchesAgent(scope, agentId));
    const oneOfEach = guarded.map(([agentId]) => ({ pointId: agentId, agentId, kind: 'guard' as const }));
    return previewOf(scope, deps.registry.agents, {
      points: guarded.reduce((total, [, number]) => total + number, fixed.length),
      uncovered: uncoveredAgents(deps, scope, [...oneOfEach, ...fixed]),
    });
  };
}

async function knownOf({ store }: Deps, incident: string) {
  const { agentId, alerts, tripwire } = (await readIncident(store, incident)).incident;
  const tools = new Set(alerts.flatMap(({ tool }) => (tool === null ? [] : [tool])));
  return { agentId, tripwire, tools: [...tools] };
}

/** All; the agent of the incident with its tools and classes; every other agent; classes and tools across agents. */
function scopesOf(agents: readonly Agent[], first: Agent | undefined): HaltScope[] {
  const others = agents.filter(({ id }) => id !== first?.id);
  const tools = new Set(agents.flatMap((agent) => agent.tools.map(({ name }) => name)));
  const classes = new Set(agents.flatMap((agent) => agent.tools.map(({ actionClass }) => actionClass)));
  return [
    { kind: 'all' },
    ...(first === undefined ? [] : withinAgent(first)),
    ...others.map(({ id }): HaltScope => ({ kind: 'agent', agentId: id })),
    ...[...classes].map((actionClass): HaltScope => ({ kind: 'class', actionClass })),
    ...[...tools].map((tool): HaltScope => ({ kind: 'tool', tool })),
  ];
}

function withinAgent({ id: agentId, tools }: Agent): HaltScope[] {
  const classes = new Set(tools.map(({ actionClass }) => actionClass));
  return [
    { kind: 'agent', agentId },
    ...tools.map(({ name }): HaltScope => ({ kind: 'tool', tool: name, agentId })),
    ...[...classes].map((actionClass): HaltScope => ({ kind: 'class', actionClass, agentId })),
  ];
}
