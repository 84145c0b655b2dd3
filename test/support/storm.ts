/** Alerts of one cause about many agents. */
import type { Alert } from '../../src/core/alert.js';
import type { Incident } from '../../src/core/incident.js';
import type { Deps } from '../../src/operations/deps.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { takeAlert } from '../../src/operations/alerts/take-alert.js';
import { ALERTMANAGER, anAlert, openDesk, type Desk } from './desk.js';

const RULE = { alertname: 'AgentSpendRate' };

/** One alert of the cause for each of these agents, one after the other. */
export async function trip(
  deps: Deps,
  agents: readonly number[],
  change: Partial<Alert> = {},
): Promise<string[]> {
  const incidents: string[] = [];
  for (const number of agents) {
    const alert = anAlert({
      agentId: `agent-${number}`,
      dedupKey: `spend/agent-${number}`,
      labels: RULE,
      tool: null,
      ...change,
    });
    const [outcome] = await takeAlert(deps, { alerts: [alert], actor: ALERTMANAGER });
    incidents.push(outcome?.incident ?? 'none');
  }
  return incidents;
}

export async function readNamed(deps: Deps, name: string): Promise<Incident> {
  return (await readIncident(deps.store, name)).incident;
}

/** Five agents, and then one too many. INC-6 is the umbrella, INC-7 its first late member. */
export async function openStorm(agents: readonly number[] = [1, 2, 3, 4, 5, 6]): Promise<Desk> {
  const desk = await openDesk();
  await trip(desk.deps, agents);
  return desk;
}
