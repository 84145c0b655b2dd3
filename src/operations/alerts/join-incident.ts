import type { Transaction } from '../../store/types.js';
import { addChartIn } from '../detection/add-chart.js';
import type { Deps } from '../deps.js';
import { pageRoleIn } from '../paging/page-role.js';
import { raiseSeverityIn } from './raise-severity.js';
import { readIncident } from '../incidents/read-incident.js';
import { recordAlertIn, type RecordAlert } from './record-alert.js';
import { routeOf } from '../paging/route-of.js';

/**
 * A further alert joins an open incident. One channel, but not one audience: another tripwire wakes the first role
 * of its own route where that role has not been paged yet, and a worse alert raises the severity, never lowers it.
 */
export async function joinIncidentIn(tx: Transaction, deps: Deps, joining: RecordAlert): Promise<void> {
  await recordAlertIn(tx, joining);
  await addChartIn(tx, joining);
  const { incident } = await readIncident(tx, joining.incident);
  await raiseSeverityIn(tx, deps, { ...joining, incident, how: 'joined' });
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
