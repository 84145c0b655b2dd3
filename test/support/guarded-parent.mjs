// An agent in a process of its own, with a forked one under it. Both write a line for each action and each refusal.
import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createGuard } from '../../dist/src/guard/index.js';

const { url, token } = JSON.parse(process.argv[2] ?? '{}');
const say = (line) => process.stdout.write(`${JSON.stringify({ ...line, at: Date.now(), who: 'parent' })}\n`);
const guard = createGuard({ url, token, agentId: 'billing-agent', abortDeadlineMs: 100 });
const child = fork(fileURLToPath(new URL('guarded-child.mjs', import.meta.url)), ['{"aloud":true}']);
say({ childPid: child.pid });
guard.serveTo(child);
for (;;) {
  try {
    await guard.run(
      { tool: 'stripe.refund', actionClass: 'external-api-call' },
      async ({ signal, actionId }) => {
        say({ began: actionId });
        await sleep(30, undefined, { signal });
      },
    );
  } catch (error) {
    say({ refused: error.refusal ?? String(error), haltId: error.haltId ?? null });
  }
  await sleep(20);
}
