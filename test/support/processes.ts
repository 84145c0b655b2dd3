/** Processes of the compiled package, started as its users start them; `build-once.ts` has made `dist/` by then. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { listenOn } from './listening.js';

export interface Line {
  readonly text: string;
  /** When it was read, in epoch milliseconds. */
  readonly at: number;
}

export interface Running {
  readonly process: ChildProcess;
  /** Standard output and standard error, as they come. */
  readonly lines: readonly Line[];
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Everything it has said. */
  said(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `dist/src/<file>` with exactly this environment. */
export function startCompiled(
  file: string,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Running {
  const path = fileURLToPath(new URL(`../../dist/src/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    env: { NODE_NO_WARNINGS: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  const lines: Line[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (text) => lines.push({ text, at: Date.now() }));
  // `close`, not `exit`: by then everything it wrote has been read.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    process: child,
    lines,
    ended,
    said: () => lines.map(({ text }) => text).join('\n'),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

/** `haltline <args>`. */
export function startCli(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
  return startCompiled('cli/main.js', args, environment);
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOn(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder of its own for whoever asks, gone when the tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-story-'));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
/** Whatever a test that failed has left running. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
