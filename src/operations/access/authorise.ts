import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { HaltScope } from '../../core/halt.js';
import type { Incident } from '../../core/incident.js';
import { effectiveRoles, may, rolesThatMay, type Permission, type RolesHeld } from '../../core/role.js';
import type { Deps } from '../deps.js';

/** What the permission is asked for: the scope of an order, the incident in which roles may have been claimed. */
export interface Concern {
  readonly scope?: HaltScope | undefined;
  readonly incident?: Incident | undefined;
}

/**
 * Checks a right at the moment of use and returns the actor with the roles that counted, for the journal.
 * DomainError `not-allowed` says who may. System actors are not people: they never get here.
 */
export function authorise(deps: Deps, permission: Permission, actor: Actor, concern: Concern = {}): Actor {
  const held = rolesHeld(deps, actor, concern.incident);
  const scope = concern.scope ?? scopeOf(concern.incident);
  if (may(permission, held, scope)) return { ...actor, roles: effectiveRoles(held, scope) };
  const allowed = rolesThatMay(permission);
  const agentId = scope !== undefined && 'agentId' in scope ? (scope.agentId ?? null) : null;
  const people = [...new Set(allowed.flatMap((role) => deps.directory.membersOf(role, agentId)))];
  throw new DomainError(
    'not-allowed',
    `This needs one of these roles: ${allowed.join(', ')}. Ask somebody who holds one.`,
    { cause: { people } },
  );
}

function rolesHeld(deps: Deps, actor: Actor, incident: Incident | undefined): RolesHeld {
  if (actor.kind === 'token') return { roles: actor.roles, owns: ownedByToken(deps, actor) };
  const known = deps.directory.rolesOf(actor.id);
  const claimed = Object.entries(incident?.roles ?? {})
    .filter(([, userId]) => userId === actor.id)
    .map(([role]) => role)
    .filter((role) => CLAIMABLE.has(role));
  return { roles: [...new Set([...known.roles, ...claimed])], owns: known.owns };
}

/** A token owns agents only where it was made for the owner's role; without roles it may do nothing. */
function ownedByToken({ registry }: Deps, { roles }: Actor): string[] {
  return roles.includes('agent-owner') ? [...registry.agents.keys()] : [];
}

/** Roles that a claim in the channel may confer. Standing duties (on-call, security) come from roles.yml alone. */
const CLAIMABLE: ReadonlySet<string> = new Set(['scribe', 'communications-lead']);

function scopeOf(incident: Incident | undefined): HaltScope | undefined {
  const agentId = incident?.agentId ?? null;
  return agentId === null ? undefined : { kind: 'agent', agentId };
}
