/** Halting.md §4.8, pitfalls 7 and 9, with real processes that are really stopped. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { eventually, openHaltDesk } from '../../support/halting.js';

interface Line {
  readonly who: 'parent' | 'child';
  readonly at: number;
  readonly began?: string;
  readonly refused?: string;
  readonly childPid?: number;
}

const FILE = fileURLToPath(new URL('../../support/guarded-parent.mjs', import.meta.url));
/** Longer than any lease of the test's control plane. */
const STOPPED_MS = 2_500;

async function family() {
  const desk = await openHaltDesk();
  const parent = spawn(process.execPath, [FILE, JSON.stringify({ url: desk.url, token: desk.guardToken })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Line[] = [];
  createInterface({ input: parent.stdout }).on('line', (text) => lines.push(JSON.parse(text) as Line));
  const of = (who: Line['who']): Line[] => lines.filter((line) => line.who === who);
  onTestFinished(() => {
    parent.kill('SIGKILL');
    for (const { childPid } of lines) if (childPid !== undefined) kill(childPid, 'SIGKILL');
  });
  const working = (who: Line['who']) =>
    eventually(
      () => of(who).filter(({ began }) => began !== undefined).length,
      (times) => times > 3,
      15_000,
    );
  await working('parent');
  await working('child');
  const childPid = lines.find((line) => line.childPid !== undefined)?.childPid ?? 0;
  return { desk, parent, childPid, of };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}

it('pitfall 07: an agent that was stopped and goes on after its lease begins nothing before it has heard again', async () => {
  const { desk, parent, of } = await family();

  parent.kill('SIGSTOP');
  await sleep(STOPPED_MS);
  const { haltId } = await desk.order({ kind: 'agent', agentId: 'billing-agent' });
  await desk.until(haltId, ({ contained }) => contained !== null);
  const resumedAt = Date.now();
  parent.kill('SIGCONT');
  await eventually(
    () => of('parent').filter(({ refused, at }) => refused !== undefined && at >= resumedAt).length,
    (times) => times > 3,
    10_000,
  );

  expect(of('parent').filter(({ began, at }) => began !== undefined && at >= resumedAt)).toEqual([]);
});

it('pitfall 09: a process whose parent is stopped acts no more once the lease it was granted is over', async () => {
  const { desk, parent, of } = await family();

  parent.kill('SIGSTOP');
  const stoppedAt = Date.now();
  await sleep(STOPPED_MS);
  const last = of('child').findLast(({ began }) => began !== undefined)?.at ?? 0;
  const isolated = of('child').filter(({ refused }) => refused === 'isolated');
  const { haltId } = await desk.order({ kind: 'agent', agentId: 'billing-agent' });
  const order = await desk.until(haltId, ({ contained }) => contained !== null);

  expect(last - stoppedAt).toBeLessThan(1_500);
  expect(isolated.length).toBeGreaterThan(3);
  expect(order.points[0]?.level).toBe('lease-expired');
  expect(of('child').findLast(({ began }) => began !== undefined)?.at).toBe(last);
});

it('pitfall 07: a process under a guard that was stopped itself does not act on the lease it had before', async () => {
  const { desk, childPid, of } = await family();

  kill(childPid, 'SIGSTOP');
  await sleep(STOPPED_MS);
  const { haltId } = await desk.order({ kind: 'agent', agentId: 'billing-agent' });
  await eventually(
    () => of('parent').filter(({ refused }) => refused === 'deny').length,
    (times) => times > 0,
  );
  const silent = await desk.read(haltId);
  const resumedAt = Date.now();
  kill(childPid, 'SIGCONT');
  const order = await desk.until(haltId, ({ contained }) => contained !== null);

  expect(silent.points[0]?.level).not.toBe('quiesced');
  expect(order.points[0]?.level).toBe('quiesced');
  expect(of('child').filter(({ began, at }) => began !== undefined && at >= resumedAt)).toEqual([]);
});
