import type { Actor } from '../../core/actor.js';
import { blastRadiusOf } from '../../core/agent.js';
import type { Alert } from '../../core/alert.js';
import type { Instant } from '../../core/ids.js';
import type { Incident } from '../../core/incident.js';
import { severityOf, worseOf, type Severity } from '../../core/severity.js';
import type { Registry } from '../../registry/registry.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import { refreshTopicNow } from '../incidents/refresh-topic.js';
import type { Deps } from '../deps.js';

type Judged = Pick<Alert, 'tripwire' | 'severity'>;

/** How bad an alert about an agent is: by what the agent can reach and what fired, or worse where the alert says so. */
export function severityFor(
  { agents }: Pick<Registry, 'agents'>,
  agentId: string | null,
  { tripwire, severity }: Judged,
): Severity {
  const agent = agents.get(agentId ?? '');
  return worseOf(severityOf(agent === undefined ? 'unknown' : blastRadiusOf(agent), tripwire), severity);
}

export interface RaiseSeverity {
  readonly incident: Incident;
  readonly alert: Alert;
  /** What the alert did. */
  readonly how: 'joined' | 'came again';
  readonly actor: Actor;
  readonly at: Instant;
}

/**
 * An alert that is worse than everything before makes its incident worse; no alert makes one better, and where people
 * have lowered it, none that says what was known then raises it again.
 */
export async function raiseSeverityIn(
  tx: Transaction,
  { registry }: Deps,
  { incident, alert, how, actor, at }: RaiseSeverity,
): Promise<void> {
  const { name, severity: from } = incident;
  const to = severityFor(registry, incident.agentId, alert);
  if (worseOf(incident.worstSeverity, to) === incident.worstSeverity) return;
  const wire =
    alert.tripwire === null ? 'an alert of no known tripwire' : `an alert of the tripwire ${alert.tripwire}`;
  const isNew = await appendToIncident(tx, {
    incident: name,
    events: [{ type: 'severity:changed', data: { from, to }, private: { text: `${wire} ${how}` } }],
    actor,
    at,
    idempotencyKey: `severity:${name}:${alert.dedupKey}:${to}`,
  });
  if (isNew) await refreshTopicNow(tx, name);
}
