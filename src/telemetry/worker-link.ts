/** The main thread's end of the worker: questions and answers, and a new worker when one has died. */
import { Worker } from 'node:worker_threads';
import { DomainError } from '../core/errors.js';
import type { Finding } from '../core/tripwire/finding.js';
import type { CallName, Calls, FromWorker, ToWorker, WorkerSettings } from './messages.js';

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

interface Link {
  readonly options: LinkOptions;
  readonly waiting: Map<number, Waiting>;
  worker: Worker | null;
  /** One that has not opened its database yet. */
  starting: Worker | null;
  asked: number;
  closing: boolean;
}

/** Records live shortly: room for many of them halves the work of clearing them away. */
const RESOURCES = { maxYoungGenerationSizeMb: 192 };

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

function asWorkerLink(link: Link): WorkerLink {
  return {
    isUp: () => link.worker !== null,
    call: (kind, ask, transfer = []) =>
      new Promise((resolve, reject) => {
        const { worker } = link;
        if (worker === null) {
          reject(gone());
          return;
        }
        const id = ++link.asked;
        link.waiting.set(id, { resolve, reject });
        // Its kind and what it asks belong together by the signature of `call`.
        worker.postMessage({ kind, id, ask } as unknown as ToWorker, [...transfer]);
      }),
    close: () => endWell(link),
  };
}

function beBorn(link: Link): Promise<void> {
  const { workerUrl, settings, log } = link.options;
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl, { workerData: settings, resourceLimits: RESOURCES });
    link.starting = worker;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        link.worker = worker;
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
      if (link.starting === worker) link.starting = null;
      if (link.worker === worker) bury(link);
    });
  });
}

function hear(link: Link, message: Exclude<FromWorker, { kind: 'ready' | 'unable' }>): void {
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
  worker?.postMessage(message);
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
  const { worker } = link;
  if (worker === null) return;
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  const message: ToWorker = { kind: 'close', id: ++link.asked, ask: null };
  worker.postMessage(message);
  await ended;
}

function gone(): DomainError {
  return new DomainError(
    'unavailable',
    'Telemetry is being started again. Send it once more in some seconds.',
  );
}
