import type { Database } from 'better-sqlite3';
import { contentStore, type ContentStore } from '../content/content-store.js';
import type { ContentKeys } from '../content/content-keys.js';
import { agentTable, type AgentTable } from '../database/agent-table.js';
import { counterTable, type CounterTable } from '../database/counter-table.js';
import { endpointTable, type EndpointTable } from '../database/endpoint-table.js';
import { episodeTable, type EpisodeTable } from '../database/episode-table.js';
import { findingTable, type FindingTable } from '../database/finding-table.js';
import { gapTable, type GapTable } from '../database/gap-table.js';
import { periodTable, type PeriodTable } from '../database/period-table.js';
import { recordTable, type RecordTable } from '../database/record-table.js';
import { rollupTable, type RollupTable } from '../database/rollup-table.js';
import { settingTable, type SettingTable } from '../database/setting-table.js';
import { purgeTable, type PurgeTable } from '../retention/purge-table.js';
import { tellerTable, type TellerTable } from '../database/teller-table.js';
import { traceTable, type TraceTable } from '../database/trace-table.js';

/** Everything that telemetry keeps. */
export interface Tables {
  readonly agents: AgentTable;
  readonly records: RecordTable;
  readonly rollups: RollupTable;
  readonly endpoints: EndpointTable;
  readonly episodes: EpisodeTable;
  readonly findings: FindingTable;
  readonly periods: PeriodTable;
  readonly counters: CounterTable;
  readonly settings: SettingTable;
  /** What was said, sealed. */
  readonly content: ContentStore;
  readonly traces: TraceTable;
  readonly tellers: TellerTable;
  readonly gaps: GapTable;
  readonly purges: PurgeTable;
  /** Everything in one durable transaction, or nothing. */
  together<T>(work: () => T): T;
  close(): void;
}

export function openTables(database: Database, keys: ContentKeys): Tables {
  const agents = agentTable(database);
  const content = contentStore(database, keys);
  const traces = traceTable(database);
  return {
    agents,
    records: recordTable(database, agents),
    rollups: rollupTable(database, agents),
    endpoints: endpointTable(database, agents),
    episodes: episodeTable(database, agents),
    findings: findingTable(database),
    periods: periodTable(database),
    counters: counterTable(database),
    settings: settingTable(database),
    content,
    traces,
    tellers: tellerTable(database, agents),
    gaps: gapTable(database),
    purges: purgeTable(database),
    together: (work) => {
      try {
        return database.transaction(work).immediate();
      } catch (error) {
        agents.forget();
        content.forget();
        traces.forget();
        throw error;
      }
    },
    close: () => void database.close(),
  };
}
