/** Telemetry as the main thread has it: nothing is decoded, stored or judged here, so that it never delays a halt. */
import type { ActionRecord } from '../core/action-record.js';
import { DomainError } from '../core/errors.js';
import type { Registry } from '../registry/registry.js';
import { openFindingDesk } from './finding-desk.js';
import type { Cursor, RecordPage, WorkerLimits } from './messages.js';
import { openReplays } from './replay/run-replay.js';
import type { TakenTelemetry, Telemetry, TelemetryRange } from './types.js';
import { linkWorker, type LinkLog, type WorkerLink } from './worker-link.js';

export interface TelemetryOptions {
  readonly databasePath: string;
  readonly registry: Registry;
  readonly log: LinkLog;
  /** 32 bytes each in base64: what was said is sealed with the first. Without any, it is not kept. */
  readonly contentKeys?: readonly string[];
  readonly limits?: Partial<TelemetryLimits>;
}

export interface TelemetryLimits extends WorkerLimits {
  /** Bytes that may wait for the worker; what is more is told to come back. */
  readonly queueBytes: number;
}

const MIB = 1_048_576;

/** Bodies of a batch span processor have some hundred kilobytes; a queue of 64 MiB is worked off in seconds. */
export const DEFAULT_TELEMETRY_LIMITS: TelemetryLimits = {
  bodyBytes: 8 * MIB,
  batchBytes: 4 * MIB,
  queueBytes: 64 * MIB,
  series: { perMetric: 200_000, perAgent: 300 },
};

/** About what a record takes on its way to the worker. */
const RECORD_BYTES = 600;

/** Opens telemetry's database in a thread of its own. Rejects (DomainError) with what has to be mended. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { telemetry, up } = createTelemetry(options);
  try {
    await up;
    return telemetry;
  } catch (error) {
    await telemetry.close();
    throw error;
  }
}

/**
 * The same without waiting: halting must not wait for a week of history, nor for a file that cannot be read. Until it
 * is up, senders are told to come back. `up` rejects where the first try failed; it is tried again all the same.
 */
export function createTelemetry(options: TelemetryOptions): {
  readonly telemetry: Telemetry;
  readonly up: Promise<void>;
} {
  const { databasePath, registry, log } = options;
  const limits = { ...DEFAULT_TELEMETRY_LIMITS, ...options.limits };
  const desk = openFindingDesk((error) =>
    log.error({ err: error }, 'a finding could not be raised: it is tried again'),
  );
  const { link, born } = linkWorker({
    settings: { databasePath, registry, limits, contentKeys: options.contentKeys ?? [] },
    workerUrl: new URL('./telemetry.worker.js', import.meta.url),
    log,
    onFinding: (findingId, finding, confirm) => desk.hand({ findingId, finding, confirm }),
  });
  const queue = openQueue(limits.queueBytes);
  const replays = openReplays(databasePath);
  const telemetry: Telemetry = {
    isUp: () => link.isUp(),
    takeOtlp: (request) => {
      const { body } = request;
      return queue.take(body.byteLength, () => link.call('otlp', request, ownBuffer(body)));
    },
    takeActions: (request) => {
      const { body } = request;
      return queue.take(body.byteLength, () => link.call('actions', request, ownBuffer(body)));
    },
    takeRecords: (records) => queue.take(records.length * RECORD_BYTES, () => link.call('records', records)),
    onFinding: (listener) => desk.listen(listener),
    exposition: () => link.call('exposition', queue.state()),
    excludePeriods: async (periods) => void (await link.call('periods', periods)),
    findings: (filter) => link.call('findings', filter),
    readRecords: (range) => readPages(link, range),
    replay: (request, signal) =>
      link.isUp() ? replays.run(request, signal) : Promise.reject(notOpenedYet()),
    trace: (actionId) => link.call('trace', { actionId }),
    purge: (ask) => link.call('purge', ask),
    purgeReported: async (purgeId) => void (await link.call('purgeReported', { purgeId })),
    close: async () => {
      queue.close();
      await replays.close();
      await desk.close();
      await link.close();
    },
  };
  return { telemetry, up: born };
}

function notOpenedYet(): DomainError {
  return new DomainError('unavailable', 'Telemetry is being started: ask again in some seconds.');
}

const BUSY_SECONDS = 2;

/** Counts the bytes that wait. Somebody is always let in when nobody waits, whatever the size. */
function openQueue(mostBytes: number) {
  let bytes = 0;
  let refused = 0;
  let closed = false;
  function busy(): TakenTelemetry {
    refused += 1;
    return { kind: 'busy', retryAfterSeconds: BUSY_SECONDS };
  }
  return {
    state: () => ({ bytes, refused }),
    close: (): void => {
      closed = true;
    },
    async take(size: number, work: () => Promise<TakenTelemetry>): Promise<TakenTelemetry> {
      if (closed || (bytes > 0 && bytes + size > mostBytes)) return busy();
      bytes += size;
      try {
        return await work();
      } catch {
        // The worker has said why in the log.
        return busy();
      } finally {
        bytes -= size;
      }
    },
  };
}

/** Below, copying costs less than handing over. */
const WORTH_HANDING_OVER = 16_384;

/** Bytes with a buffer of their own are handed over; others share one, and are copied. */
function ownBuffer({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isOwn && byteLength >= WORTH_HANDING_OVER ? [buffer] : [];
}

async function* readPages(link: WorkerLink, range: TelemetryRange): AsyncIterable<readonly ActionRecord[]> {
  let after: Cursor | null = null;
  do {
    const { records, next }: RecordPage = await link.call('read', { range, after });
    if (records.length > 0) yield records;
    after = next;
  } while (after !== null);
}
