// A worker thread or forked process under its parent's guard: it works as fast as it may, and tells of each action.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { guardFromParent } from '../../dist/src/guard/index.js';

const { stubbornMs = 0, aloud = false } = isMainThread ? JSON.parse(process.argv[2] ?? '{}') : workerData;
const say = (line) => {
  if (aloud) process.stdout.write(`${JSON.stringify({ ...line, who: 'child' })}\n`);
  else if (isMainThread) process.send(line);
  else parentPort.postMessage(line);
};
const guard = guardFromParent({ agentId: 'billing-agent', abortDeadlineMs: 100 });
const REFUND = { tool: 'stripe.refund', actionClass: 'financial-transaction' };
let turn = 0;

async function act() {
  const actionId = `${process.pid}-${(turn += 1)}`;
  try {
    await guard.run({ ...REFUND, actionId }, async ({ signal }) => {
      say({ began: actionId, at: Date.now() });
      await sleep(stubbornMs === 0 ? 30 : stubbornMs, undefined, stubbornMs === 0 ? { signal } : {});
    });
  } catch (error) {
    say({ refused: error.refusal ?? String(error), haltId: error.haltId ?? null, at: Date.now() });
  }
}

for (;;) {
  await act();
  await sleep(20);
}
