/** Child processes that do one thing after the other: `ask(verb, input)` resolves with what the child answers. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Starts a file of this folder. */
export function startHelper(file, environment = {}) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, { env: { ...process.env, ...environment } });
  const waiting = new Map();
  let asked = 0;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(`${file}: ${error}`));
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended: ${signal ?? code}`));
  });
  return {
    pid: child.pid,
    ended,
    ask: (verb, input = {}) =>
      new Promise((resolve, reject) => {
        asked += 1;
        waiting.set(asked, { resolve, reject });
        child.send({ id: asked, verb, input });
      }),
    kill: (signal = 'SIGKILL') => (child.kill(signal), ended),
    signal: (signal) => child.kill(signal),
  };
}

/** In the child: answers each verb. */
export function serve(verbs) {
  process.on('message', async ({ id, verb, input }) => {
    try {
      process.send({ id, result: await verbs[verb](input) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.once('disconnect', () => process.exit(0));
}

/** Resident memory of a process, in KiB. */
export function residentKib(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

/** A clock that all processes of a machine share, in milliseconds. */
export function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}
