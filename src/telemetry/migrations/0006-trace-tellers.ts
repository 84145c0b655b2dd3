import type { Database } from 'better-sqlite3';

/**
 * Who told of a trace beside its spans (checks, events, log records with words), and from when to when: a trace whose spans
 * never came is that agent's all the same, and kept as long as what keeps the agent's.
 */
export function createTraceTellers(database: Database): void {
  database.exec(`
    create table trace_teller (
      trace blob not null,
      agent integer not null references agent (id),
      from_ms integer not null,
      to_ms integer not null,
      primary key (trace, agent)
    ) without rowid;
    insert into trace_teller
      select unhex(body ->> 'traceId'), agent, min(at_ms), max(at_ms) from record
      where typeof(key) = 'text' and unhex(body ->> 'traceId') is not null
      group by 1, 2;
  `);
}
