import type { Agent } from '../../core/agent.js';
import { touchesAgent, type HaltScope } from '../../core/halt.js';
import type { Incident } from '../../core/incident.js';
import {
  previewOf,
  proposeScope,
  type KnownIncident,
  type Proposal,
  type ScopePreview,
} from '../../core/propose-scope.js';
import { openMembers } from '../../core/umbrella.js';
import type { Reader } from '../../store/types.js';
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

async function knownOf({ store }: Deps, name: string): Promise<KnownIncident> {
  const { incident } = await readIncident(store, name);
  const { agentId, tripwire, isUmbrella } = incident;
  const tools = isUmbrella ? await toolsOfMembers(store, incident) : toolsOf(incident);
  return { agentId, tripwire, isUmbrella, tools };
}

function toolsOf({ alerts }: Incident): string[] {
  return [...new Set(alerts.flatMap(({ tool }) => (tool === null ? [] : [tool])))];
}

/** A form has to open within three seconds. */
const MOST_READ = 50;

/** None where a member names none, for then its tool may be another one. */
async function toolsOfMembers(store: Reader, { members }: Incident): Promise<string[]> {
  const open = openMembers(members);
  if (open.length > MOST_READ) return [];
  const each = await Promise.all(
    open.map(async ({ incident }) => toolsOf((await readIncident(store, incident)).incident)),
  );
  return each.some((tools) => tools.length === 0) ? [] : [...new Set(each.flat())];
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
