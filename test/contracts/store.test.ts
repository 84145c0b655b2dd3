import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { describeStore } from './store.contract.js';

describeStore('SQLite in memory', () => openSqliteStore(':memory:'));
describeStore('a SQLite file', () =>
  openSqliteStore(join(mkdtempSync(join(tmpdir(), 'haltline-store-')), 'haltline.db')),
);
