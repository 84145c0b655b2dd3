import type { Database } from 'better-sqlite3';

/**
 * `record.key` makes a record one, however often it is sent. `body` is the record as JSON without what is null.
 * `rollup.minutes` holds an hour: for each minute that has one, its number (one byte) and value (a double).
 */
export function createRecords(database: Database): void {
  database.exec(`
    create table agent (
      id integer primary key,
      name text not null unique,
      last_seen_ms integer not null
    );
    create table record (
      id integer primary key,
      key blob not null unique,
      at_ms integer not null,
      agent integer not null references agent (id),
      action_id text,
      body text not null
    );
    create index record_at on record (at_ms, agent);
    create index record_action on record (action_id) where action_id is not null;
    create table rollup (
      agent integer not null references agent (id),
      series text not null,
      hour integer not null,
      minutes blob not null,
      primary key (agent, series, hour)
    ) without rowid;
    create table endpoint_use (
      agent integer not null references agent (id),
      endpoint text not null,
      minute integer not null,
      primary key (agent, endpoint)
    ) without rowid;
    create table episode (
      agent integer not null references agent (id),
      rule text not null,
      subject text not null,
      started_minute integer not null,
      last_minute integer not null,
      primary key (agent, rule, subject)
    ) without rowid;
    create table counter (
      metric text not null,
      labels text not null,
      value real not null,
      primary key (metric, labels)
    ) without rowid;
    create table finding (
      id integer primary key,
      dedup_key text not null,
      agent_id text not null,
      mode text not null,
      fired_at_ms integer not null,
      body text not null,
      confirmed_at_ms integer
    );
    create index finding_waiting on finding (id) where confirmed_at_ms is null;
    create index finding_fired on finding (fired_at_ms);
    create table incident_period (
      incident text not null,
      agent_id text not null,
      from_ms integer not null,
      to_ms integer,
      primary key (incident, agent_id)
    ) without rowid;
    create table setting (name text primary key, value integer not null) without rowid;
  `);
}
