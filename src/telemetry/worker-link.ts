/** The main thread's end of the worker: questions and answers, and a new worker when one has died. */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { DomainError } from '../core/errors.js';
import type { Finding } from '../core/tripwire/finding.js';
import type {
  CallName,
  Calls,
  FromWorker,
  Said,
  ToReader,
  ToWorker,
  WorkerPorts,
  WorkerSettings,
} from './messages.js';

export interface LinkOptions {
  readonly settings: WorkerSettings;
  /** The compiled worker. */
  readonly workerUrl: URL;
  readonly log: LinkLog;
  readonly onFinding: (findingId: number, finding: Finding, confirm: () => void) => void;
}

export interface LinkLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

export interface WorkerLink {
  /** Is there a worker that has opened its database? */
  isUp(): boolean;
  /** Rejects where the worker is gone, or could not do it. */
  call<K extends CallName>(
    kind: K,
    ask: Calls[K]['ask'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Calls[K]['answer']>;
  /** What the worker has taken it finishes. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** A worker, and where its reader takes requests. */
interface Lines {
  readonly worker: Worker;
  readonly requests: MessagePort;
}

interface Link {
  readonly options: LinkOptions;
  readonly waiting: Map<number, Waiting>;
  worker: Lines | null;
  /** One that has not opened its database yet. */
  starting: Worker | null;
  asked: number;
  closing: boolean;
}

/** Records live shortly: room for many of them halves the work of clearing them away. */
const RESOURCES = { maxYoungGenerationSizeMb: 96 };

/** Between the death of a worker and the next one: long enough for a disk that is full not to become a storm of starts. */
const REBIRTH_MS = 1_000;
/** A file that cannot be opened has to be mended by somebody. */
const MENDED_MS = 15_000;

/**
 * `born` resolves once the worker has opened its database, and rejects (DomainError) with what has to be mended; it is
 * tried again all the same, until the link is closed.
 */
export function linkWorker(options: LinkOptions): {
  readonly link: WorkerLink;
  readonly born: Promise<void>;
} {
  const link: Link = { options, waiting: new Map(), worker: null, starting: null, asked: 0, closing: false };
  const born = beBorn(link);
  born.catch(() => beBornLater(link, MENDED_MS));
  return { link: asWorkerLink(link), born };
}

/** What goes by way of the reader. */
const READ: ReadonlySet<CallName> = new Set<ToReader['kind']>(['otlp', 'actions', 'records', 'close']);

function asWorkerLink(link: Link): WorkerLink {
  return {
    isUp: () => link.worker !== null,
    call: (kind, ask, transfer = []) =>
      new Promise((resolve, reject) => {
        const lines = link.worker;
        if (lines === null) {
          reject(gone());
          return;
        }
        const id = ++link.asked;
        link.waiting.set(id, { resolve, reject });
        const line = READ.has(kind) ? lines.requests : lines.worker;
        // Its kind and what it asks belong together by the signature of `call`.
        line.postMessage({ kind, id, ask } as unknown as ToReader | ToWorker, [...transfer]);
      }),
    close: () => endWell(link),
  };
}

function beBorn(link: Link): Promise<void> {
  const { workerUrl, settings, log } = link.options;
  return new Promise((resolve, reject) => {
    const lines = openLines(workerUrl, settings);
    const { worker, requests } = lines;
    link.starting = worker;
    requests.on('message', (message: Said) => hear(link, message));
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        link.worker = lines;
        link.starting = null;
        resolve();
      } else if (message.kind === 'unable') reject(new DomainError('unavailable', message.sentence));
      else hear(link, message);
    });
    worker.on('error', (error) => {
      log.error({ err: error }, 'the telemetry worker failed');
      reject(error);
    });
    worker.on('exit', () => {
      reject(gone());
      requests.close();
      if (link.starting === worker) link.starting = null;
      if (link.worker === lines) bury(link);
    });
  });
}

function openLines(workerUrl: URL, settings: WorkerSettings): Lines {
  const { port1: requests, port2 } = new MessageChannel();
  const ports: WorkerPorts = { requests: port2 };
  const workerData = { ...settings, ...ports };
  const worker = new Worker(workerUrl, { workerData, transferList: [port2], resourceLimits: RESOURCES });
  return { worker, requests };
}

function hear(link: Link, message: Said): void {
  switch (message.kind) {
    case 'answer':
      return settle(link, message.id, ({ resolve }) => resolve(message.answer as never));
    case 'fault':
      return settle(link, message.id, ({ reject }) => reject(new Error(message.message)));
    case 'finding':
      return link.options.onFinding(message.findingId, message.finding, () =>
        confirm(link, message.findingId),
      );
    case 'said':
      return link.options.log[message.level](message.data, message.message);
  }
}

function confirm({ worker }: Link, findingId: number): void {
  const message: ToWorker = { kind: 'confirm', findingId };
  worker?.worker.postMessage(message);
}

function settle({ waiting }: Link, id: number, how: (each: Waiting) => void): void {
  const each = waiting.get(id);
  waiting.delete(id);
  if (each !== undefined) how(each);
}

/** Whoever waits is told at once: a sender repeats, and what was stored already is not stored twice. */
function bury(link: Link): void {
  link.worker = null;
  const left = [...link.waiting.values()];
  link.waiting.clear();
  for (const { reject } of left) reject(gone());
  if (link.closing) return;
  link.options.log.error({ waiting: left.length }, 'the telemetry worker has ended: another one is started');
  beBornLater(link, REBIRTH_MS);
}

function beBornLater(link: Link, afterMs: number): void {
  setTimeout(() => {
    if (link.closing) return;
    beBorn(link).catch((error: unknown) => {
      link.options.log.error({ err: error }, 'the telemetry worker cannot start');
      beBornLater(link, MENDED_MS);
    });
  }, afterMs).unref();
}

async function endWell(link: Link): Promise<void> {
  link.closing = true;
  await link.starting?.terminate();
  const lines = link.worker;
  if (lines === null) return;
  const ended = new Promise((resolve) => lines.worker.once('exit', resolve));
  const message: ToReader = { kind: 'close', id: ++link.asked, ask: null };
  lines.requests.postMessage(message);
  await ended;
}

function gone(): DomainError {
  return new DomainError(
    'unavailable',
    'Telemetry is being started again. Send it once more in some seconds.',
  );
}
