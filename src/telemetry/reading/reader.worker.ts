/** The thread that decompresses, decodes and reads. Started by the store's thread (`telemetry.worker.ts`), compiled. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromReader, Ingest, ReaderSettings, Said, ToReader } from '../messages.js';
import { plainErrors } from '../plain-errors.js';
import { buffersOfRead, packRead } from './brought.js';
import { Reader } from './reader.js';
import { unpackRecords } from './record-columns.js';

const store = parentPort;
if (store === null) throw new Error('this file is a worker: start it as one');

// Of one build with the thread that started us.
const { registry, limits, requests, keepsContent, recent } = workerData as ReaderSettings;

const answer = (said: Said): void => requests.postMessage(said);
const handOn = (message: FromReader, transfer: readonly ArrayBuffer[] = []): void =>
  store.postMessage(message, [...transfer]);

const log = {
  error: (data: object, message: string): void =>
    answer({ kind: 'said', level: 'error', message, data: plainErrors(data) }),
};
const reader = new Reader({ registry, limits, log });
reader.recall(unpackRecords(recent).map(({ record }) => record));

requests.on('message', (message: ToReader) => {
  if (message.kind !== 'close') return read(message);
  handOn(message);
  requests.close();
});

function read(ingest: Ingest): void {
  const sinceMs = Date.now();
  const bytes = sizeOf(ingest);
  const found = reader.read(ingest);
  if (found.kind === 'answer') return answer({ kind: 'answer', id: ingest.id, answer: found.answer });
  const packed = packRead(found, keepsContent);
  handOn({ kind: 'read', id: ingest.id, read: packed, bytes, sinceMs }, buffersOfRead(packed));
}

/** About what a record takes that nobody had to decode. */
const RECORD_BYTES = 600;

function sizeOf(ingest: Ingest): number {
  return ingest.kind === 'records' ? ingest.ask.length * RECORD_BYTES : ingest.ask.body.byteLength;
}
