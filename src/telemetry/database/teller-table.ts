import type { Database } from 'better-sqlite3';
import type { ActionRecord } from '../../core/action-record.js';
import type { Teller } from '../wire/types.js';
import type { AgentTable } from './agent-table.js';
import { isSpan } from './record-key.js';

/** Who told of a trace beside its spans. */
export interface TellerTable {
  /** Within the caller's transaction. */
  note(tellers: readonly Teller[], records: readonly ActionRecord[]): void;
}

export function tellerTable(database: Database, agents: AgentTable): TellerTable {
  const put = database.prepare<[Buffer, number, number, number]>(
    `insert into trace_teller (trace, agent, from_ms, to_ms) values (?, ?, ?, ?)
     on conflict (trace, agent) do update set from_ms = min(from_ms, excluded.from_ms), to_ms = max(to_ms, excluded.to_ms)`,
  );
  const noteOne = (agentId: string, traceId: string, atMs: number): void => {
    const at = Math.trunc(atMs);
    put.run(Buffer.from(traceId, 'hex'), agents.idOf(agentId), at, at);
  };
  return {
    note(tellers, records) {
      for (const { agentId, traceId, atMs } of tellers) noteOne(agentId, traceId, atMs);
      for (const record of records) {
        const { agentId, traceId, atMs } = record;
        if (traceId !== null && !isSpan(record)) noteOne(agentId, traceId, atMs);
      }
    },
  };
}
