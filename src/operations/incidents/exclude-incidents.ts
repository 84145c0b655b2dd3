import { parseAgentKey } from '../../core/agent-key.js';
import { incidentName } from '../../core/ids.js';
import type { Incident } from '../../core/incident.js';
import type { IncidentRow } from '../../store/types.js';
import type { IncidentPeriod, Telemetry } from '../../telemetry/types.js';
import type { Deps } from '../deps.js';
import { readIncident } from './read-incident.js';

/** Incidents that may have begun within the week that baselines look at. */
const MOST = 500;

/**
 * Tells telemetry when people worked on which agent, so that a burst does not become what is usual. It only repeats
 * what has changed; after a restart, everything.
 */
export function incidentExcluder(
  deps: Deps,
  telemetry: Pick<Telemetry, 'excludePeriods'>,
): () => Promise<void> {
  const told = new Map<string, string>();
  return async () => {
    const rows = await deps.store.incidents({ kind: 'incident', limit: MOST });
    const closedAndTold = ({ open, kind, number }: IncidentRow): boolean =>
      !open && told.get(incidentName(kind, number))?.endsWith('closed') === true;
    const news: { readonly period: IncidentPeriod; readonly key: string }[] = [];
    for (const row of rows) {
      if (row.agentId === null || closedAndTold(row)) continue;
      const { incident } = await readIncident(deps.store, incidentName(row.kind, row.number));
      const period = periodOf(incident);
      if (period === null) continue;
      const key = `${period.fromMs} ${period.toMs} ${row.open ? 'open' : 'closed'}`;
      if (told.get(period.incident) !== key) news.push({ period, key });
    }
    if (news.length === 0) return;
    await telemetry.excludePeriods(news.map(({ period }) => period));
    for (const { period, key } of news) told.set(period.incident, key);
  };
}

/** When people worked on which agent, or on one. */
export async function incidentPeriods(
  { store }: Pick<Deps, 'store'>,
  agent: string | null,
): Promise<IncidentPeriod[]> {
  const rows = await store.incidents({ kind: 'incident', limit: MOST });
  const periods: IncidentPeriod[] = [];
  for (const { agentId: key, kind, number } of rows) {
    const named = parseAgentKey(key);
    const about = named.agentId ?? named.agentLabel;
    if (about === null || (agent !== null && about !== agent)) continue;
    const { incident } = await readIncident(store, incidentName(kind, number));
    const period = periodOf(incident);
    if (period !== null) periods.push(period);
  }
  return periods;
}

/** From the act itself, where it is known: what came before people noticed was not usual either. */
function periodOf({ name, agentId, agentLabel, chain, openedAt, closedAt }: Incident): IncidentPeriod | null {
  const agent = agentId ?? agentLabel;
  if (agent === null) return null;
  const openedMs = Date.parse(openedAt);
  const actedMs = chain.action === null ? openedMs : Date.parse(chain.action.at);
  const toMs = closedAt === null ? null : Date.parse(closedAt);
  return { agentId: agent, incident: name, fromMs: Math.min(actedMs, openedMs), toMs };
}
