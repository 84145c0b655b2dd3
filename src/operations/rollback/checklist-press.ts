/**
 * What all presses on a rollback checklist have in common: they are read against the store at the moment of
 * the press, count only from the class's operator, and are journaled also when they are refused.
 */
import type { ActionClass } from '../../core/action-class.js';
import { systemActor, type Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import { effectiveRoles } from '../../core/role.js';
import type { Checklist } from '../../core/rollback.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { profileOf } from './open-checklists.js';
import { readIncident } from '../incidents/read-incident.js';
import { refreshTopicNow } from '../incidents/refresh-topic.js';
import { requireOpen } from '../incidents/require-open.js';

export interface ChecklistPress {
  readonly incident: string;
  readonly actionClass: string;
  /** Who pressed, as the door knows it. What counts is `actor`; a token counts as the person it stands for. */
  readonly userId: string;
  readonly actor: Actor;
}

/** The press with everything it is judged by. */
export interface PressContext {
  readonly incident: Incident;
  readonly checklist: Checklist;
  readonly profile: ActionClass;
  readonly by: string;
  readonly at: string;
}

export type PressDecision =
  /** `key` makes the same press once; `afterwards` is what the system concludes from it. */
  | {
      readonly kind: 'record';
      readonly event: IncidentEvent;
      readonly key: string;
      readonly afterwards: IncidentEvent[];
    }
  /** It has been done; a second press changes nothing and is no fault. */
  | { readonly kind: 'already' }
  /** Journaled, then thrown. */
  | { readonly kind: 'refuse'; readonly error: DomainError };

/** `what` names the press as in its action id, e.g. `step:done`. Throws refusals; `first` is false for a repeat. */
export async function pressOnChecklist(
  deps: Deps,
  { press, what }: { press: ChecklistPress; what: string },
  decide: (context: PressContext) => PressDecision,
): Promise<{ first: boolean }> {
  const outcome = await deps.store.transact(async (tx) => {
    const { incident } = await readIncident(tx, press.incident);
    const context = { ...contextOf(deps, incident, press), by: await personOf(tx, press.actor) };
    const actor = operatorOf(deps, context, press.actor);
    const decision: PressDecision =
      actor === undefined ? { kind: 'refuse', error: notOperator(deps, context) } : decide(context);
    return settle({ tx, deps, what, context, actor: actor ?? press.actor }, decision);
  });
  deps.wake();
  if (outcome instanceof DomainError) throw outcome;
  return outcome;
}

/** A checklist keeps working by the profile of today's runbooks; `registryHash` in its opening says which was first. */
function contextOf(deps: Deps, incident: Incident, press: ChecklistPress): Omit<PressContext, 'by'> {
  requireOpen(incident);
  const checklist = incident.checklists.find(({ actionClass }) => actionClass === press.actionClass);
  if (checklist === undefined) {
    const open = incident.checklists.map(({ actionClass }) => actionClass).join(', ') || 'none';
    throw new DomainError(
      'not-found',
      `${incident.name} has no checklist for ${press.actionClass} (open: ${open}). /incident rollback ${press.actionClass} opens it.`,
    );
  }
  return { incident, checklist, profile: profileOf(deps.registry, press.actionClass), at: deps.now() };
}

/** Tokens act for a person or for nobody; a token for nobody is never taken for a second person. */
async function personOf(tx: Transaction, actor: Actor): Promise<string> {
  if (actor.kind !== 'token') return actor.id;
  const token = (await tx.tokens()).find(({ id }) => id === actor.id);
  return token?.person ?? `${NOBODY}${actor.id}`;
}

const NOBODY = 'token:';

/** Does this name stand for somebody who can be told from others? */
export function isSomebody(by: string): boolean {
  return !by.startsWith(NOBODY);
}

/** The actor with the roles that counted; undefined for anybody but the operator. In an exercise everybody practises. */
function operatorOf(deps: Deps, { incident, checklist }: PressScope, actor: Actor): Actor | undefined {
  const held =
    actor.kind === 'token'
      ? { roles: actor.roles, owns: [...deps.registry.agents.keys()] }
      : deps.directory.rolesOf(actor.id);
  const scope =
    incident.agentId === null ? undefined : ({ kind: 'agent', agentId: incident.agentId } as const);
  const roles = actor.kind === 'token' ? [...held.roles] : effectiveRoles(held, scope);
  const counts = incident.kind === 'drill' || roles.includes(checklist.operator);
  return counts ? { ...actor, roles } : undefined;
}

type PressScope = Pick<PressContext, 'incident' | 'checklist'>;

function notOperator(deps: Deps, { incident, checklist }: PressScope): DomainError {
  const members = deps.directory.membersOf(checklist.operator, incident.agentId);
  const whom = members.length === 0 ? 'nobody holds it yet: see roles.yml' : members.join(', ');
  return new DomainError(
    'not-allowed',
    `Only the ${checklist.operator} works on the ${checklist.actionClass} checklist (${whom}). Ask one of them to press.`,
  );
}

interface Settling {
  readonly tx: Transaction;
  readonly deps: Deps;
  readonly what: string;
  readonly context: PressContext;
  readonly actor: Actor;
}

async function settle(
  settling: Settling,
  decision: PressDecision,
): Promise<{ first: boolean } | DomainError> {
  switch (decision.kind) {
    case 'already':
      return { first: false };
    case 'refuse':
      await refuse(settling, decision.error);
      return decision.error;
    case 'record':
      return { first: await record(settling, decision) };
  }
}

async function refuse({ tx, what, context, actor }: Settling, error: DomainError): Promise<void> {
  const { incident, checklist, by, at } = context;
  const refusal: IncidentEvent = {
    type: 'press:refused',
    data: { what: `${what} (${checklist.actionClass})`, userId: by, why: error.message },
  };
  await appendToIncident(tx, { incident: incident.name, events: [refusal], actor, at });
}

async function record(
  { tx, context, actor }: Settling,
  { event, key, afterwards }: Extract<PressDecision, { kind: 'record' }>,
): Promise<boolean> {
  const { name: incident } = context.incident;
  const idempotencyKey = `${event.type}:${incident}:${key}`;
  const first = await appendToIncident(tx, {
    incident,
    events: [event],
    actor,
    at: context.at,
    idempotencyKey,
  });
  if (first && afterwards.length > 0) {
    const rollback = { incident, actor: systemActor('rollback'), at: context.at };
    await appendToIncident(tx, { ...rollback, events: afterwards });
    await refreshTopicNow(tx, incident);
  }
  return first;
}
