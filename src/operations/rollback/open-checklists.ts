import type { ActionClass } from '../../core/action-class.js';
import type { Actor } from '../../core/actor.js';
import { actionClassesOf, type Agent } from '../../core/agent.js';
import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident, IncidentAlert } from '../../core/incident.js';
import type { Registry } from '../../registry/registry.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';

export interface OpenChecklistsIn {
  readonly incident: Incident;
  readonly actor: Actor;
  readonly at: Instant;
  /** Opens this one, whatever the alerts say. */
  readonly actionClass?: string | undefined;
}

/**
 * One checklist per action class involved; those that are open already stay as they are. Returns the classes
 * that were opened now: none where nothing is known about the agent, and then the closing gate asks for one.
 */
export async function openChecklistsIn(
  tx: Transaction,
  deps: Deps,
  { incident, actor, at, actionClass }: OpenChecklistsIn,
): Promise<string[]> {
  const wanted = actionClass === undefined ? classesInvolved(deps.registry, incident) : [actionClass];
  const opened: string[] = [];
  for (const name of wanted) {
    if (incident.checklists.some((checklist) => checklist.actionClass === name)) continue;
    if (await openOne(tx, deps, { incident, actor, at, actionClass: name })) opened.push(name);
  }
  return opened;
}

async function openOne(
  tx: Transaction,
  deps: Deps,
  { incident, actor, at, actionClass }: OpenChecklistsIn & { actionClass: string },
): Promise<boolean> {
  const opening: IncidentEvent = {
    type: 'checklist:opened',
    data: {
      actionClass,
      operator: profileOf(deps.registry, actionClass).operator,
      registryHash: deps.registry.hash,
      budgetsFrom: incident.containedAt,
    },
  };
  const isNew = await appendToIncident(tx, {
    incident: incident.name,
    events: [opening],
    actor,
    at: deps.now(),
    occurredAt: at,
    idempotencyKey: `checklist:opened:${incident.name}:${actionClass}`,
  });
  if (isNew)
    await tx.touchSurface({
      key: `checklist:${incident.name}:${actionClass}`,
      kind: 'checklist',
      lane: 'bulk',
      incident: incident.name,
      target: 'incident',
    });
  return isNew;
}

/** The profile by its name. DomainError `not-found` lists the classes there are. */
export function profileOf(registry: Registry, actionClass: string): ActionClass {
  const profile = registry.actionClasses.get(actionClass);
  if (profile !== undefined) return profile;
  const known = [...registry.actionClasses.keys()].join(', ');
  throw new DomainError('not-found', `There is no action class "${actionClass}". There are: ${known}.`);
}

/**
 * What the alerts name, by class or by tool; where they name nothing that we know, everything the agent can
 * do, because nobody has looked yet. An agent that nobody registered can do anything: then people choose.
 */
function classesInvolved(registry: Registry, incident: Incident): string[] {
  const agent = incident.agentId === null ? undefined : registry.agents.get(incident.agentId);
  const named = incident.alerts.flatMap((alert) => classOfAlert(alert, agent) ?? []);
  const candidates = named.length > 0 ? named : agent === undefined ? [] : actionClassesOf(agent);
  return [...new Set(candidates)].filter((name) => registry.actionClasses.has(name));
}

function classOfAlert(alert: IncidentAlert, agent: Agent | undefined): string | undefined {
  return alert.actionClass ?? agent?.tools.find(({ name }) => name === alert.tool)?.actionClass;
}
