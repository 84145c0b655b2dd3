/**
 * What the main thread, the store's thread and the reader's say to each other. All ends are ours and of one build. Requests
 * with telemetry go to the reader, what it has read of them to the store, which answers; everything else is asked of the
 * store straight away.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ActionRecord } from '../core/action-record.js';
import type { IncidentHold, PurgeReport } from '../core/retention.js';
import type { TraceKeeping, TraceMaterial } from '../core/trace.js';
import type { Finding } from '../core/tripwire/finding.js';
import type { Registry } from '../registry/registry.js';
import type { PackedRead } from './reading/brought.js';
import type { RecordColumns } from './reading/record-columns.js';
import type {
  ActionsRequest,
  FindingFilter,
  IncidentPeriod,
  OtlpRequest,
  TakenTelemetry,
  TelemetryRange,
} from './types.js';

/** What the worker is born with. */
export interface WorkerSettings {
  readonly databasePath: string;
  readonly registry: Registry;
  readonly limits: WorkerLimits;
  /** What content is sealed with, in base64; the first seals. Without any, none is kept. */
  readonly contentKeys: readonly string[];
}

/** What it is given beside, and hands on to the reader: where requests come in. */
export interface WorkerPorts {
  readonly requests: MessagePort;
}

/** What the reader is born with. */
export interface ReaderSettings extends Pick<WorkerSettings, 'registry' | 'limits'>, WorkerPorts {
  /** What was said is read in any case, to be counted; it is handed on only where it is kept. */
  readonly keepsContent: boolean;
  /** What was stored of late. */
  readonly recent: RecordColumns;
}

export interface WorkerLimits {
  /** Largest body in bytes, before and after decompression. */
  readonly bodyBytes: number;
  /** Bytes that are stored in one transaction, at the most one body more. */
  readonly batchBytes: number;
  /** Series of one metric, and values of one label for one agent; what is more is counted as `_other`. */
  readonly series: { readonly perMetric: number; readonly perAgent: number };
}

/** Where a reader stands: everything up to and with this record has been read. */
export interface Cursor {
  readonly atMs: number;
  readonly agent: number;
  readonly id: number;
}

/** One page of stored records; `next` is null at the end. */
export interface RecordPage {
  readonly records: readonly ActionRecord[];
  readonly next: Cursor | null;
}

/** What waits for the worker, as the main thread counts it. */
export interface QueueState {
  readonly bytes: number;
  /** Requests that were told to come back. */
  readonly refused: number;
}

/** What may be asked of the worker, and what it answers. */
export interface Calls {
  readonly otlp: { readonly ask: OtlpRequest; readonly answer: TakenTelemetry };
  readonly actions: { readonly ask: ActionsRequest; readonly answer: TakenTelemetry };
  readonly records: { readonly ask: readonly ActionRecord[]; readonly answer: TakenTelemetry };
  readonly exposition: { readonly ask: QueueState; readonly answer: Uint8Array };
  readonly periods: { readonly ask: readonly IncidentPeriod[]; readonly answer: null };
  readonly findings: { readonly ask: FindingFilter; readonly answer: readonly Finding[] };
  readonly read: {
    readonly ask: { readonly range: TelemetryRange; readonly after: Cursor | null };
    readonly answer: RecordPage;
  };
  readonly trace: { readonly ask: { readonly actionId: string }; readonly answer: TraceFound };
  /** null where the day has had its purge. */
  readonly purge: {
    readonly ask: { readonly nowMs: number; readonly holds: readonly IncidentHold[] };
    readonly answer: PurgeReport | null;
  };
  readonly purgeReported: { readonly ask: { readonly purgeId: number }; readonly answer: null };
  /** Finishes what waits, closes the database and ends the thread. */
  readonly close: { readonly ask: null; readonly answer: null };
}

/** What is stored around an action, and how content stands. */
export interface TraceFound {
  readonly material: TraceMaterial;
  readonly keeping: TraceKeeping;
}

export type CallName = keyof Calls;

/** A question with the number that its answer will have. */
export type Question = {
  readonly [K in CallName]: { readonly kind: K; readonly id: number; readonly ask: Calls[K]['ask'] };
}[CallName];

/** A request that brings telemetry. */
export type Ingest = Extract<Question, { kind: 'otlp' | 'actions' | 'records' }>;

/** What goes by way of the reader: the end comes after all that was asked before. */
export type ToReader = Ingest | Extract<Question, { kind: 'close' }>;

/** What the reader hands on. */
export type FromReader =
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly read: PackedRead;
      /** Of the request. */
      readonly bytes: number;
      readonly sinceMs: number;
    }
  | Extract<Question, { kind: 'close' }>;

export type ToWorker = Exclude<Question, ToReader> | { readonly kind: 'confirm'; readonly findingId: number };

export type FromWorker =
  | { readonly kind: 'ready' }
  /** It cannot begin: the sentence says what to mend. */
  | { readonly kind: 'unable'; readonly sentence: string }
  | Said;

/** What is said by either. */
export type Said =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly kind: 'fault'; readonly id: number; readonly message: string }
  | { readonly kind: 'finding'; readonly findingId: number; readonly finding: Finding }
  | {
      readonly kind: 'said';
      readonly level: 'info' | 'warn' | 'error';
      readonly message: string;
      readonly data: object;
    };
