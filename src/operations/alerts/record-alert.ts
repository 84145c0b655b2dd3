import type { Actor } from '../../core/actor.js';
import type { Alert } from '../../core/alert.js';
import type { Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { AlertRow, Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';

export interface RecordAlert {
  readonly incident: string;
  readonly alert: Alert;
  readonly actor: Actor;
  readonly at: Instant;
  /** What is known of it in this incident already: it was over, and fires again. */
  readonly again?: AlertRow;
}

/** Puts an alert on an incident's stream, once an episode: a repeat is only counted. */
export async function recordAlertIn(
  tx: Transaction,
  { incident, alert, actor, at, again }: RecordAlert,
): Promise<void> {
  // Some senders give a further episode the beginning of the one before: then the count tells them apart.
  const episode = again === undefined ? '' : `:${alert.startsAt}:${again.count}`;
  const idempotencyKey = `alert:received:${incident}:${alert.dedupKey}${episode}`;
  await appendToIncident(tx, { incident, events: [received(alert)], actor, at, idempotencyKey });
  await tx.putAlert({
    dedupKey: alert.dedupKey,
    incident,
    status: 'firing',
    count: (again?.count ?? 0) + 1,
    firstAt: again?.firstAt ?? at,
    lastAt: at,
  });
}

function received({ title, summary, labels, actionIds, ...facts }: Alert): IncidentEvent {
  const told = { title, summary, labels, ...(actionIds !== undefined && { actionIds }) };
  return { type: 'alert:received', data: facts, private: told };
}
