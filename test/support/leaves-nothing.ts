/** Set up before each file that shares its worker with others: what one left open would run on beside the next. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';

/** What has just been closed may need a moment; Bolt's own timers end after three seconds. */
const PATIENCE_MS = 5_000;
/** Listeners, timers, threads and children: whatever keeps a process alive, but for the pipes to Vitest. */
const WATCHED: ReadonlySet<string> = new Set(['TCPServerWrap', 'Timeout', 'MessagePort', 'ProcessWrap']);

afterAll(async () => {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (leftOpen().length > 0 && performance.now() < giveUpAt) await sleep(20);
  const left = leftOpen();
  if (left.length > 0) throw new Error(`this file leaves open: ${left.join(', ')}`);
});

function leftOpen(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => WATCHED.has(kind));
}
