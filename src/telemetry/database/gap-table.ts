import type { Database } from 'better-sqlite3';
import type { ReportGap } from '../../core/trace.js';

/** Reports that guards could not make, as they say themselves. */
export interface GapTable {
  /** The same gap twice is one. */
  add(gaps: readonly ReportGap[]): void;
  /** Of one agent, within or across this stretch of time. */
  around(agentId: string, fromMs: number, toMs: number): ReportGap[];
}

const MOST = 100;

export function gapTable(database: Database): GapTable {
  const add = database.prepare<[string, number, number, number]>(
    'insert into report_gap (agent_id, from_ms, to_ms, lost) values (?, ?, ?, ?) on conflict do nothing',
  );
  const around = database.prepare<[string, number, number, number], ReportGap>(
    `select agent_id as agentId, from_ms as fromMs, to_ms as toMs, lost from report_gap
     where agent_id = ? and to_ms >= ? and from_ms <= ? order by from_ms limit ?`,
  );
  return {
    add: (gaps) => {
      for (const { agentId, fromMs, toMs, lost } of gaps) add.run(agentId, fromMs, toMs, lost);
    },
    around: (agentId, fromMs, toMs) => around.all(agentId, fromMs, toMs, MOST),
  };
}
