/**
 * A sample agent in a process of its own: it does harmless work through its guard, as fast as a busy agent would,
 * and writes one JSON line for every action that began or was refused. Whoever started it can tell from these lines
 * alone, without asking the control plane, whether it was really stopped.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard, HaltedError } from '../../guard/index.js';

interface Orders {
  readonly url: string;
  readonly token: string;
  readonly agentId: string;
  readonly tools: readonly { readonly tool: string; readonly actionClass: string }[];
  /** How long one action takes; the guard aborts it on a halt. */
  readonly actionMs: number;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
// They act far more often than an agent would, so that a halt is seen at once: the wires would rightly trip on it.
const guard = createGuard({
  url: orders.url,
  token: orders.token,
  agentId: orders.agentId,
  report: false,
});
let working = true;

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify({ ...line, at: Date.now() })}\n`);
}

async function act(turn: number): Promise<void> {
  const { tool, actionClass } = orders.tools[turn % orders.tools.length] ?? {
    tool: 'none',
    actionClass: 'none',
  };
  try {
    await guard.run({ tool, actionClass }, async ({ signal, actionId }) => {
      tell({ began: actionId, tool });
      await sleep(orders.actionMs, undefined, { signal });
      tell({ finished: actionId, tool });
    });
  } catch (error) {
    if (error instanceof HaltedError) tell({ refused: tool, haltId: error.haltId });
    else tell({ aborted: tool });
  }
}

process.once('SIGTERM', () => {
  working = false;
});

await guard.ready();
tell({ ready: orders.agentId });
for (let turn = 0; working; turn += 1) {
  await act(turn);
  await sleep(60);
}
await guard.close();
