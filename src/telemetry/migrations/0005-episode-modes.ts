import type { Database } from 'better-sqlite3';

/** How loudly an episode was told; null of those from before: they are not told again. */
export function createEpisodeModes(database: Database): void {
  database.exec('alter table episode add column mode text');
}
