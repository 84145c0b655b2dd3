/** Worker threads and forked processes that act under a guard of this process. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

export interface Told {
  readonly began?: string;
  readonly refused?: string;
  readonly haltId?: string | null;
  readonly at: number;
}

export interface Child<C> {
  readonly carrier: C;
  /** What it did and what it was refused, in order. */
  readonly told: readonly Told[];
  began(): readonly Told[];
  refused(): readonly Told[];
}

interface Work {
  /** Ignores being told to stop for so long; zero for one that obeys. */
  readonly stubbornMs?: number;
}

const FILE = fileURLToPath(new URL('guarded-child.mjs', import.meta.url));

export function aWorker(work: Work = {}): Child<Worker> {
  const worker = new Worker(FILE, { workerData: work });
  onTestFinished(async () => void (await worker.terminate()));
  return listening(worker);
}

export function aProcess(work: Work = {}): Child<ChildProcess> {
  const child = fork(FILE, [JSON.stringify(work)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return listening(child);
}

function listening<C extends Worker | ChildProcess>(carrier: C): Child<C> {
  const told: Told[] = [];
  carrier.on('message', (line: unknown) => {
    if (isTold(line)) told.push(line);
  });
  return {
    carrier,
    told,
    began: () => told.filter(({ began }) => began !== undefined),
    refused: () => told.filter(({ refused }) => refused !== undefined),
  };
}

function isTold(line: unknown): line is Told {
  return typeof line === 'object' && line !== null && 'at' in line;
}
