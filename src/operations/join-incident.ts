import type { Actor } from '../core/actor.js';
import { blastRadiusOf } from '../core/agent.js';
import type { Alert } from '../core/alert.js';
import type { Instant } from '../core/ids.js';
import type { Incident } from '../core/incident.js';
import { severityOf, type Severity } from '../core/severity.js';
import type { Transaction } from '../store/types.js';
import { addChartIn } from './add-chart.js';
import { appendToIncident } from './append-to-incident.js';
import type { Deps } from './deps.js';
import { pageRoleIn } from './page-role.js';
import { readIncident } from './read-incident.js';
import { recordAlertIn } from './record-alert.js';
import { routeOf } from './route-of.js';

export interface JoinIncident {
  readonly incident: string;
  readonly alert: Alert;
  readonly actor: Actor;
  readonly at: Instant;
}

/**
 * A further alert joins an open incident. One channel, but not one audience: another tripwire wakes the first role
 * of its own route where that role has not been paged yet, and a worse alert raises the severity, never lowers it.
 */
export async function joinIncidentIn(tx: Transaction, deps: Deps, joining: JoinIncident): Promise<void> {
  await recordAlertIn(tx, joining);
  await addChartIn(tx, joining);
  const { incident } = await readIncident(tx, joining.incident);
  await raiseSeverity(tx, deps, { ...joining, incident });
  const [role] = routeOf(deps.registry, {
    ...incident,
    tripwire: joining.alert.tripwire,
    declared: null,
  }).roles;
  if (role === undefined || incident.pages.some((page) => page.role === role)) return;
  await pageRoleIn(tx, deps, {
    incident: incident.name,
    agentId: incident.agentId,
    role,
    attempt: Math.max(0, ...incident.pages.map(({ attempt }) => attempt)) + 1,
    actor: joining.actor,
    at: joining.at,
  });
}

type Worse = Omit<JoinIncident, 'incident'> & { readonly incident: Incident };

async function raiseSeverity(
  tx: Transaction,
  deps: Deps,
  { incident, alert, actor, at }: Worse,
): Promise<void> {
  const agent = incident.agentId === null ? undefined : deps.registry.agents.get(incident.agentId);
  const to = severityOf(agent === undefined ? 'unknown' : blastRadiusOf(agent), alert.tripwire);
  if (!isWorse(to, incident.severity)) return;
  await appendToIncident(tx, {
    incident: incident.name,
    events: [
      {
        type: 'severity:changed',
        data: { from: incident.severity, to },
        private: { text: `an alert of the tripwire ${alert.tripwire ?? 'unknown'} joined` },
      },
    ],
    actor,
    at,
    idempotencyKey: `severity:${incident.name}:${alert.dedupKey}`,
  });
}

/** `sev1` is the worst, and sorts first. */
function isWorse(a: Severity, b: Severity): boolean {
  return a < b;
}
