import type { Database } from 'better-sqlite3';
import type { EndpointUse } from '../../core/tripwire/rollup.js';
import { NOBODY, type AgentRange, type AgentTable } from './agent-table.js';

export interface EndpointTable {
  /** The later use counts. */
  put(agentId: string, uses: Iterable<EndpointUse>): void;
  read(agentId: string): EndpointUse[];
  purge(agents: AgentRange, beforeMinute: number): void;
}

export function endpointTable(database: Database, agents: AgentTable): EndpointTable {
  const put = database.prepare(
    `insert into endpoint_use (agent, endpoint, minute) values (?, ?, ?)
     on conflict do update set minute = max(minute, excluded.minute)`,
  );
  const read = database.prepare<[number], EndpointUse>(
    'select endpoint, minute from endpoint_use where agent = ?',
  );
  const purge = database.prepare('delete from endpoint_use where agent between ? and ? and minute < ?');
  return {
    put: (agentId, uses) => {
      const agent = agents.idOf(agentId);
      for (const { endpoint, minute } of uses) put.run(agent, endpoint, minute);
    },
    read: (agentId) => read.all(agents.find(agentId) ?? NOBODY),
    purge: ({ first, last }, beforeMinute) => void purge.run(first, last, beforeMinute),
  };
}
