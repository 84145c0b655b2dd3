import type { Database } from 'better-sqlite3';
import type { EpisodeRow } from '../../core/tripwire/wires.js';
import { NOBODY, type AgentRange, type AgentTable } from './agent-table.js';

export interface EpisodeTable {
  /** Of rows with the same rule and subject the newer counts. */
  put(agentId: string, rows: readonly EpisodeRow[]): void;
  read(agentId: string): EpisodeRow[];
  /** What is over; but a silence lasts until its agent is heard. */
  purge(agents: AgentRange, beforeMinute: number): void;
}

export function episodeTable(database: Database, agents: AgentTable): EpisodeTable {
  const put = database.prepare(
    'insert or replace into episode (agent, rule, subject, started_minute, last_minute, mode) values (?, ?, ?, ?, ?, ?)',
  );
  const read = database.prepare<[number], EpisodeRow>(
    `select rule, subject, started_minute as startedMinute, last_minute as lastMinute, mode
     from episode where agent = ?`,
  );
  const purge = database.prepare(
    `delete from episode where agent between ? and ? and last_minute < ? and rule <> 'silence'`,
  );
  return {
    put: (agentId, rows) => {
      const agent = agents.idOf(agentId);
      for (const { rule, subject, startedMinute, lastMinute, mode } of rows)
        put.run(agent, rule, subject, startedMinute, lastMinute, mode);
    },
    read: (agentId) => read.all(agents.find(agentId) ?? NOBODY),
    purge: ({ first, last }, beforeMinute) => void purge.run(first, last, beforeMinute),
  };
}
