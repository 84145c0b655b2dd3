/** The thread that decodes, stores and judges telemetry. Started by `worker-link.ts`, compiled. */
import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../core/errors.js';
import { contentKeys } from './content/content-keys.js';
import { openDatabase } from './database/open-database.js';
import { Engine, type EngineLog } from './engine/engine.js';
import { openTables } from './engine/tables.js';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js';
import { Service } from './service.js';

const port = parentPort;
if (port === null) throw new Error('this file is a worker: start it as one');

const say = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, [...transfer]);
const tell =
  (level: keyof EngineLog) =>
  (data: object, message: string): void =>
    say({ kind: 'said', level, message, data: plain(data) });
const log: EngineLog = { info: tell('info'), warn: tell('warn'), error: tell('error') };

try {
  // Of one build with the thread that started us.
  const { databasePath, registry, limits, contentKeys: keys } = workerData as WorkerSettings;
  const tables = openTables(openDatabase(databasePath), contentKeys(keys));
  const engine = new Engine({ tables, registry, limits, now: Date.now, log });
  const service = new Service({ engine, registry, limits, say, end: () => port.close(), now: Date.now });
  port.on('message', (message: ToWorker) => service.hear(message));
  say({ kind: 'ready' });
  service.begin();
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  say({ kind: 'unable', sentence: error.message });
  port.close();
}

/** Errors lose their text on the way to another thread's log. */
function plain(data: object): object {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      value instanceof Error ? { type: value.name, message: value.message, stack: value.stack } : value,
    ]),
  );
}
