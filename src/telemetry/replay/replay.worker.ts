/** The thread of one replay: it reads the database and writes nothing. Started by `run-replay.ts`, compiled. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { agentTable } from '../database/agent-table.js';
import { gapTable } from '../database/gap-table.js';
import { recordTable } from '../database/record-table.js';
import { replayRecords } from './replay-records.js';
import type { ReplaySettings } from './run-replay.js';

/** Behind everything else on the machine; 0 stands for the calling thread where threads have priorities of their own. */
const LEAST_URGENT = 15;
const PATIENCE_MS = 5_000;

if (parentPort === null) throw new Error('this file is a worker: start it as one');
if (process.platform === 'linux') setPriority(0, LEAST_URGENT);

// Of one build with the thread that started us.
const { databasePath, request } = workerData as ReplaySettings;
const database = new Database(databasePath, { readonly: true, fileMustExist: true, timeout: PATIENCE_MS });
try {
  const records = recordTable(database, agentTable(database));
  parentPort.postMessage(replayRecords({ records, gaps: gapTable(database) }, request));
} finally {
  database.close();
}
