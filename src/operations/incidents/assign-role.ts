import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from './append-to-incident.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { inviteToChannelIn } from './invite-to-channel.js';
import { readIncident } from './read-incident.js';
import { refreshTopicIn } from './refresh-topic.js';
import { requireOpen } from './require-open.js';

export interface AssignRole {
  readonly incident: string;
  readonly role: string;
  /** Who holds it from now on. */
  readonly userId: string;
  /** Taken by themselves, or given by somebody else. */
  readonly claimed: boolean;
  readonly actor: Actor;
}

/**
 * Gives a role in this incident to somebody; one who held it hands over. Their duties are sent to them in
 * private. DomainError `invalid-input` lists the roles there are, `already-done` where they hold it.
 */
export async function assignRole(
  deps: Deps,
  { role, userId, claimed, ...input }: AssignRole,
): Promise<{ incident: string; role: string; userId: string; previous: string | null }> {
  requireRole(deps, role);
  const at = deps.now();
  const result = await deps.store.transact(async (tx) => {
    const { incident, version } = await readIncident(tx, input.incident);
    requireOpen(incident);
    const actor = authorise(deps, 'assign-role', input.actor, { incident });
    const previous = incident.roles[role] ?? null;
    if (previous === userId) {
      throw new DomainError('already-done', `${userId} is ${role} of ${incident.name} already.`);
    }
    const events = [{ type: 'role:assigned' as const, data: { role, userId, claimed } }];
    await appendToIncident(tx, { incident: incident.name, events, actor, at });
    await briefIn(tx, incident.name, { role, userId });
    await refreshTopicIn(tx, incident.name, version + 1);
    await inviteToChannelIn(tx, incident.name, userId);
    return { incident: incident.name, role, userId, previous };
  });
  deps.wake();
  return result;
}

function requireRole({ registry }: Deps, role: string): void {
  if (registry.roles.has(role)) return;
  const known = [...registry.roles.keys()].join(', ');
  throw new DomainError('invalid-input', `There is no role "${role}". There are: ${known}.`);
}

async function briefIn(
  tx: Transaction,
  incident: string,
  { role, userId }: { role: string; userId: string },
): Promise<void> {
  await tx.touchSurface({
    key: `brief:${incident}:${role}:${userId}`,
    kind: 'role-brief',
    lane: 'bulk',
    incident,
    target: `user:${userId}`,
  });
}
