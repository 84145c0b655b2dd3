/**
 * The thread that stores and judges telemetry, and starts the one that reads it: of two cores each has one. Started by
 * `worker-link.ts`, compiled. Where the reader fails this one fails too, and both are started again.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { DomainError } from '../core/errors.js';
import { contentKeys } from './content/content-keys.js';
import { claimFile } from './database/claim-file.js';
import { openDatabase } from './database/open-database.js';
import { Engine, type EngineLog } from './engine/engine.js';
import { openTables } from './engine/tables.js';
import type {
  FromReader,
  FromWorker,
  ReaderSettings,
  ToWorker,
  WorkerPorts,
  WorkerSettings,
} from './messages.js';
import { plainErrors } from './plain-errors.js';
import { packRecords } from './reading/record-columns.js';
import { Service } from './service.js';

const port = parentPort;
if (port === null) throw new Error('this file is a worker: start it as one');

const say = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, [...transfer]);
const tell =
  (level: keyof EngineLog) =>
  (data: object, message: string): void =>
    say({ kind: 'said', level, message, data: plainErrors(data) });
const log: EngineLog = { info: tell('info'), warn: tell('warn'), error: tell('error') };
/** What it reads lives shortly: room for much of it halves the work of clearing it away. */
const RESOURCES = { maxYoungGenerationSizeMb: 96 };

// Of one build with the thread that started us.
const settings = workerData as WorkerSettings & WorkerPorts;

try {
  begin(settings);
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  say({ kind: 'unable', sentence: error.message });
  settings.requests.close();
  port.close();
}

function begin({ databasePath, registry, limits, contentKeys: keys, requests }: typeof settings): void {
  const claim = claimFile(databasePath);
  const tables = openTables(openDatabase(databasePath), contentKeys(keys));
  const missing = tables.content.missingKeys();
  if (missing.length > 0)
    log.warn(
      { missing },
      'what was said lately is sealed under keys that HALTLINE_CONTENT_KEY does not hold: list them behind the first',
    );
  const engine = new Engine({ tables, registry, limits, now: Date.now, log });
  const end = (): void => {
    claim.release();
    port?.close();
  };
  const service = new Service({ engine, registry, limits, say, end, now: Date.now });
  const reader = startReader({
    registry,
    limits,
    requests,
    keepsContent: tables.content.isOn,
    recent: packRecords(engine.recent()),
  });
  reader.on('message', (message: FromReader) => service.hearReader(message));
  port?.on('message', (message: ToWorker) => service.hear(message));
  say({ kind: 'ready' });
  service.begin();
}

function startReader(born: ReaderSettings): Worker {
  const reader = new Worker(new URL('./reading/reader.worker.js', import.meta.url), {
    workerData: born,
    transferList: [born.requests],
    resourceLimits: RESOURCES,
  });
  reader.on('error', (error) => {
    throw error;
  });
  return reader;
}
