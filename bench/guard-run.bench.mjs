/**
 * Claim: asking the guard costs an agent next to nothing. `guard.run` around an empty async function against calling
 * it bare, with twenty orders in force that cover something else. CALLS by environment.
 */
import { createGuard } from '../dist/src/guard/index.js';
import { median, quantile } from './support/figures.mjs';
import { AGENT, openStage } from './support/stage.mjs';

const CALLS = Number(process.env.CALLS ?? 20_000);
const ROUNDS = 15;
const stage = await openStage({ port: 18_794 });
for (let index = 0; index < 20; index += 1) await stage.order({ kind: 'tool', tool: `bench.other.${index}` });
const guard = createGuard({ url: stage.bot.url, token: stage.guardToken, agentId: AGENT });
await guard.ready();

let done = 0;
const work = async () => void (done += 1);
const attempt = { tool: 'stripe.refund', actionClass: 'external-api-call' };
const [bare, guarded] = [[], []];
for (let round = 0; round < ROUNDS; round += 1) {
  bare.push(await microseconds(() => work()));
  guarded.push(await microseconds(() => guard.run(attempt, work)));
  // Between rounds the loop runs, as in an agent: heartbeats are heard, and reports leave.
  await new Promise((resolve) => setTimeout(resolve, 50));
}
const added = median(guarded) - median(bare);
console.log(
  `guard.run: median ${median(guarded).toFixed(2)} µs a call, bare ${median(bare).toFixed(2)} µs; adds ${added.toFixed(2)} µs, p99 of rounds ${quantile(guarded, 0.99).toFixed(2)} µs; ratio ${(median(guarded) / median(bare)).toFixed(1)}; ${ROUNDS} rounds of ${CALLS} calls, 20 orders in force`,
);
await guard.close();
await stage.close();

async function microseconds(call) {
  const startedAt = performance.now();
  for (let index = 0; index < CALLS; index += 1) await call();
  return ((performance.now() - startedAt) * 1_000) / CALLS;
}
