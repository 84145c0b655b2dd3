import type { Database } from 'better-sqlite3';

/**
 * What one request said of one trace, sealed as one, with all its spans. `mark` makes the same text the same row, and tells
 * nothing of it without the key of the trace; `pieces` is how many are lost where the row does not open. What `content`
 * holds was sealed span by span, before there were bundles: it is read, and erased with its trace, and nothing is added.
 */
export function createContentBundles(database: Database): void {
  database.exec(`
    create table content_bundle (
      id integer primary key,
      trace integer not null references content_trace (id),
      mark blob not null,
      pieces integer not null,
      sealed blob not null,
      unique (trace, mark)
    );
  `);
}
