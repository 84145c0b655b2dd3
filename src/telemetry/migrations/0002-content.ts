import type { Database } from 'better-sqlite3';

/**
 * What was said, apart from the records of what was done. Every trace has a key of its own (`wrapped` by the key from the
 * environment, whose id is `key_id`): without that row, what is `sealed` under it is noise. A row without a key says
 * that content came while there was none to keep it under.
 */
export function createContent(database: Database): void {
  database.exec(`
    create table content_trace (
      id integer primary key,
      trace blob not null unique,
      key_id text,
      wrapped blob,
      last_ms integer not null,
      unstored integer not null
    );
    create index content_trace_last on content_trace (last_ms);
    create table content (
      id integer primary key,
      trace integer not null references content_trace (id),
      span blob not null,
      mark blob not null,
      sealed blob not null,
      unique (trace, span, mark)
    );
    create table conversation (
      conversation text not null,
      trace blob not null,
      at_ms integer not null,
      primary key (conversation, trace)
    ) without rowid;
    create index conversation_trace on conversation (trace);
    create table report_gap (
      id integer primary key,
      agent_id text not null,
      from_ms integer not null,
      to_ms integer not null,
      lost integer not null,
      unique (agent_id, from_ms, to_ms)
    );
    create table hold (
      incident text primary key,
      agent_id text,
      from_ms integer not null,
      to_ms integer
    ) without rowid;
    create table held_trace (
      trace blob not null,
      incident text not null,
      primary key (trace, incident)
    ) without rowid;
    create table financial_agent (name text primary key) without rowid;
    create table purge_run (
      id integer primary key,
      day text not null unique,
      started_ms integer not null,
      finished_ms integer,
      reported_ms integer,
      report text not null
    );
  `);
}
