/** Agents under real guards, each acting every few milliseconds as long as it is let. */
import { createGuard } from '../../dist/src/guard/index.js';
import { nowMs, serve } from './processes.mjs';

const EVERY_MS = 50;
let guards = [];
let lastActionAt = 0;
const acted = new Map();

async function act(guard) {
  await guard
    .run({ tool: 'stripe.refund', actionClass: 'external-api-call' }, () => {
      lastActionAt = nowMs();
      acted.set(guard, lastActionAt);
    })
    .catch(() => undefined);
  setTimeout(act, EVERY_MS, guard);
}

serve({
  start: async ({ count, ...plane }) => {
    guards = Array.from({ length: count }, (_, index) =>
      createGuard({
        ...plane,
        agentId: 'billing-agent',
        pointId: `agent-${index}`,
        instance: `agent-${index}`,
      }),
    );
    await Promise.all(guards.map((guard) => guard.ready()));
    for (const guard of guards) void act(guard);
  },
  look: async () => ({
    lastActionAt,
    acting: guards.filter((guard) => nowMs() - (acted.get(guard) ?? 0) < 1_000).length,
    halted: guards.filter(({ halts }) => halts.length > 0).length,
  }),
});
