import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { IncidentStatus } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import { appendToIncident } from './append-to-incident.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { openChecklistsIn } from '../rollback/open-checklists.js';
import { readIncident } from './read-incident.js';
import { refreshTopicIn } from './refresh-topic.js';
import { requireOpen } from './require-open.js';

export interface ChangeStatus {
  readonly incident: string;
  readonly to: IncidentStatus;
  /** In the words of whoever changed it; may be empty. */
  readonly why: string;
  readonly actor: Actor;
}

/**
 * Sets the status by hand. `contained` opens the rollback checklists and starts their budgets; `closed` has a
 * gate of its own and is refused here. DomainError `already-done` where it has that status.
 */
export async function changeStatus(
  deps: Deps,
  { to, why, ...input }: ChangeStatus,
): Promise<{ incident: string; from: IncidentStatus; to: IncidentStatus }> {
  const at = deps.now();
  const result = await deps.store.transact(async (tx) => {
    const { incident, version } = await readIncident(tx, input.incident);
    const { name, status: from } = incident;
    const actor = authorise(deps, 'change-status', input.actor, { incident });
    requireStep(incident, to);
    await appendToIncident(tx, {
      incident: name,
      events: [{ type: 'status:changed', data: { from, to }, private: asPrivate(why) }],
      actor,
      at,
      expectedVersion: version,
    });
    if (to === 'contained') {
      const contained = await readIncident(tx, name);
      await openChecklistsIn(tx, deps, { incident: contained.incident, actor, at });
    }
    await refreshTopicIn(tx, name, version + 1);
    return { incident: name, from, to };
  });
  deps.wake();
  return result;
}

function requireStep(incident: Incident, to: IncidentStatus): void {
  requireOpen(incident);
  if (to === 'closed') {
    throw new DomainError(
      'gate-closed',
      'Closing checks what is still open and drafts the post-mortem: use /incident close.',
    );
  }
  if (incident.status !== to) return;
  throw new DomainError('already-done', `${incident.name} is ${to} already.`);
}

function asPrivate(why: string): { text: string } | null {
  return why.trim() === '' ? null : { text: why.trim() };
}
