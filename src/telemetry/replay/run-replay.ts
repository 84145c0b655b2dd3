/** Replays one after the other, each in a thread that ends with it, so that neither a halt nor ingest waits for one. */
import { Worker } from 'node:worker_threads';
import { DomainError } from '../../core/errors.js';
import type { ReplayRequest, ReplayResult } from '../types.js';

/** What the thread is born with. */
export interface ReplaySettings {
  readonly databasePath: string;
  readonly request: ReplayRequest;
}

export interface Replays {
  run(request: ReplayRequest, signal?: AbortSignal): Promise<ReplayResult>;
  /** Ends the one under way. */
  close(): Promise<void>;
}

const MOST_WAITING = 4;
/** Whoever asks has given up by then. */
const LONGEST_MS = 240_000;

export function openReplays(databasePath: string): Replays {
  const closing = new AbortController();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(request, signal = new AbortController().signal) {
      if (waiting > MOST_WAITING) return Promise.reject(busy());
      waiting += 1;
      const ended = AbortSignal.any([signal, closing.signal]);
      const mine = last
        .then(() => replay({ databasePath, request }, ended))
        .finally(() => {
          waiting -= 1;
        });
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      closing.abort();
      await last;
    },
  };
}

async function replay(settings: ReplaySettings, signal: AbortSignal): Promise<ReplayResult> {
  if (signal.aborted) throw unfinished();
  const worker = new Worker(new URL('./replay.worker.js', import.meta.url), { workerData: settings });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  const stop = (): void => void worker.terminate();
  limit.addEventListener('abort', stop);
  try {
    return await new Promise<ReplayResult>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(unfinished()));
    });
  } finally {
    limit.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function unfinished(): DomainError {
  return new DomainError(
    'unavailable',
    'The replay was ended before it had read everything. Ask for a shorter time, or for one agent.',
  );
}

function busy(): DomainError {
  return new DomainError('unavailable', 'Other replays are under way. Ask again when they have ended.');
}
