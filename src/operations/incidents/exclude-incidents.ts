import { parseAgentKey } from '../../core/agent-key.js';
import { incidentName } from '../../core/ids.js';
import type { IncidentRow } from '../../store/types.js';
import type { IncidentPeriod, Telemetry } from '../../telemetry/types.js';
import type { Deps } from '../deps.js';
import { readPlane } from '../halting/read-plane.js';
import { haltedPeriods, ordersThatStop } from './halted-periods.js';
import { readIncident, type IncidentReading } from './read-incident.js';

/** Incidents that may have begun within the week that baselines look at. */
const MOST = 500;

/** What has changed of an incident, or of an order. */
interface News {
  readonly name: string;
  readonly periods: readonly IncidentPeriod[];
  readonly key: string;
}

/**
 * Tells telemetry when people worked on which agent, and when it was halted, so that neither a burst nor standing still
 * becomes what is usual. It only repeats what has changed; after a restart, everything.
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
    const news: News[] = [];
    for (const row of rows) {
      if (row.agentId === null || closedAndTold(row)) continue;
      const read = await readIncident(deps.store, incidentName(row.kind, row.number));
      const period = periodOf(read);
      if (period === null) continue;
      const key = `${period.fromMs} ${period.toMs} ${row.open ? 'open' : 'closed'}`;
      if (told.get(period.incident) !== key) news.push({ name: period.incident, periods: [period], key });
    }
    for (const order of ordersThatStop(await readPlane(deps.store))) {
      const key = order.lifted?.at ?? 'in force';
      if (told.get(order.haltId) === key) continue;
      news.push({ name: order.haltId, periods: haltedPeriods(deps.registry, order), key });
    }
    if (news.length === 0) return;
    await telemetry.excludePeriods(news.flatMap(({ periods }) => periods));
    for (const { name, key } of news) told.set(name, key);
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
    const read = await readIncident(store, incidentName(kind, number));
    const period = periodOf(read);
    if (period !== null) periods.push(period);
  }
  return periods;
}

/** From the act itself, where it is known: what came before people noticed was not usual either. */
function periodOf(read: IncidentReading): IncidentPeriod | null {
  const { name, agentId, agentLabel, chain, openedAt, closedAt, status } = read.incident;
  const agent = agentId ?? agentLabel;
  if (agent === null) return null;
  const openedMs = Date.parse(openedAt);
  const actedMs = chain.action === null ? openedMs : Date.parse(chain.action.at);
  const mayHave = status === 'recovered' || status === 'closed';
  const overAt = (mayHave ? recoveredAt(read.history) : null) ?? closedAt;
  const toMs = overAt === null ? null : Math.max(openedMs, Date.parse(overAt));
  return { agentId: agent, incident: name, fromMs: Math.min(actedMs, openedMs), toMs };
}

/**
 * When it had recovered, where nothing has come since. What is left then, a post-mortem and clocks of weeks, says nothing
 * of the agent: it works as usual, and is missed when it does not.
 */
function recoveredAt(history: IncidentReading['history']): string | null {
  const last = history.findLast(
    ({ event: { type } }) => type === 'status:changed' || type === 'alert:received',
  );
  return last?.event.type === 'status:changed' && last.event.data.to === 'recovered' ? last.occurredAt : null;
}
