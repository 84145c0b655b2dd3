import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { Severity } from '../../core/severity.js';
import { appendToIncident } from './append-to-incident.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { readIncident } from './read-incident.js';
import { refreshTopicIn } from './refresh-topic.js';
import { requireOpen } from './require-open.js';

export interface ChangeSeverity {
  readonly incident: string;
  readonly to: Severity;
  /** In the words of whoever changed it; may be empty. */
  readonly why: string;
  readonly actor: Actor;
}

/** DomainError `already-done` where it has that severity. */
export async function changeSeverity(
  deps: Deps,
  { to, why, ...input }: ChangeSeverity,
): Promise<{ incident: string; from: Severity; to: Severity }> {
  const at = deps.now();
  const result = await deps.store.transact(async (tx) => {
    const { incident, version } = await readIncident(tx, input.incident);
    const { name, severity: from } = incident;
    requireOpen(incident);
    const actor = authorise(deps, 'change-severity', input.actor, { incident });
    if (from === to) throw new DomainError('already-done', `${name} is ${to.toUpperCase()} already.`);
    await appendToIncident(tx, {
      incident: name,
      events: [{ type: 'severity:changed', data: { from, to }, private: asPrivate(why) }],
      actor,
      at,
      expectedVersion: version,
    });
    await refreshTopicIn(tx, name, version + 1);
    return { incident: name, from, to };
  });
  deps.wake();
  return result;
}

function asPrivate(why: string): { text: string } | null {
  return why.trim() === '' ? null : { text: why.trim() };
}
