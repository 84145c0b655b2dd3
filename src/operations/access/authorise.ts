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
    `This needs one of these roles: ${allowed.join(', ')}. ${nextStep(actor, held)}`,
    { cause: { people } },
  );
}

/** Whom roles.yml gives a role may still come with a token that was made without it. */
function nextStep({ kind, roles }: Actor, { owns }: RolesHeld): string {
  if (kind !== 'token') return 'Ask somebody who holds one.';
  const acts = roles.length === 0 ? 'in none' : `as ${roles.join(', ')}`;
  const whose = roles.includes('agent-owner') ? ` (owner of ${owns.join(', ') || 'no agent'})` : '';
  return `This token acts ${acts}${whose}: use one made with \`--role\`, or ask somebody who holds one.`;
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

/**
 * A token owns agents only where it was made for the owner's role: the one that it is bound to, else those of the person
 * that it stands for. One that stands for nobody owns them all: whoever made it held the owner's role of all.
 */
function ownedByToken({ registry, directory }: Deps, { roles, person, boundTo }: Actor): readonly string[] {
  if (!roles.includes('agent-owner')) return [];
  if (boundTo !== undefined) return [boundTo];
  return person === undefined ? [...registry.agents.keys()] : directory.rolesOf(person).owns;
}

/** Roles that a claim in the channel may confer. Standing duties (on-call, security) come from roles.yml alone. */
const CLAIMABLE: ReadonlySet<string> = new Set(['scribe', 'communications-lead']);

function scopeOf(incident: Incident | undefined): HaltScope | undefined {
  const agentId = incident?.agentId ?? null;
  return agentId === null ? undefined : { kind: 'agent', agentId };
}
