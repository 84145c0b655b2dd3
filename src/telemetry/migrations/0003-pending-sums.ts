import type { Database } from 'better-sqlite3';

/** Sums that are durable, and not yet in the hours of `rollup`: appended, for each of those hours lies on a page of its own. */
export function createPendingSums(database: Database): void {
  database.exec(`
    create table rollup_pending (
      id integer primary key,
      agent integer not null references agent (id),
      series text not null,
      hour integer not null,
      minutes blob not null
    );
  `);
}
