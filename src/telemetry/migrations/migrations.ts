import type { Database } from 'better-sqlite3';
import { createRecords } from './0001-records.js';
import { createContent } from './0002-content.js';
import { createPendingSums } from './0003-pending-sums.js';
import { createContentBundles } from './0004-content-bundles.js';
import { createEpisodeModes } from './0005-episode-modes.js';
import { createTraceTellers } from './0006-trace-tellers.js';

/** In the order of their names; each runs once. A new table or column is a new file and a line here. */
export const MIGRATIONS: Readonly<Record<string, (database: Database) => void>> = {
  '0001-records': createRecords,
  '0002-content': createContent,
  '0003-pending-sums': createPendingSums,
  '0004-content-bundles': createContentBundles,
  '0005-episode-modes': createEpisodeModes,
  '0006-trace-tellers': createTraceTellers,
};
