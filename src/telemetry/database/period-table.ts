import type { Database } from 'better-sqlite3';
import type { IncidentPeriod } from '../types.js';

export interface PeriodTable {
  /** What was said of the same incident and agent before is replaced. */
  put(periods: readonly IncidentPeriod[]): void;
  all(): IncidentPeriod[];
  /** Forgets those that ended before. */
  purge(beforeMs: number): void;
}

export function periodTable(database: Database): PeriodTable {
  const put = database.prepare(
    'insert or replace into incident_period (incident, agent_id, from_ms, to_ms) values (?, ?, ?, ?)',
  );
  const all = database.prepare<[], IncidentPeriod>(
    `select incident, agent_id as agentId, from_ms as fromMs, to_ms as toMs from incident_period order by from_ms`,
  );
  const purge = database.prepare('delete from incident_period where to_ms < ?');
  return {
    put: (periods) => {
      for (const { incident, agentId, fromMs, toMs } of periods) put.run(incident, agentId, fromMs, toMs);
    },
    all: () => all.all(),
    purge: (beforeMs) => void purge.run(beforeMs),
  };
}
