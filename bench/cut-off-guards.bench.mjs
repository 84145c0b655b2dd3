/**
 * Claim: guards that are cut off do not keep an order from being contained, and nothing is said before it is proven.
 * 30 % of the guards stop reading (their process is stopped) and never answer; the rest answers. Their leases run out
 * on the server's clock: lease 10 s + deadline 5 s + tick 0.5 s + drift 0.5 s after the last heartbeat that was
 * written to them. Against that arithmetic. GUARDS by environment.
 */
import { readFileSync } from 'node:fs';
import { nowMs, startHelper } from './support/processes.mjs';
import { AGENT, openStage } from './support/stage.mjs';

const GUARDS = Number(process.env.GUARDS ?? 10_000);
const CUT_OFF = Math.round(GUARDS * 0.3);
const PROOF_MS = 16_000;
const HEARTBEAT_MS = 2_000;
/** The tick that looks at leases, and what a busy machine may add to it. */
const SLACK_MS = 1_500;

const stage = await openStage({ port: 18_795 });
const [reading, deaf] = [startHelper('streams.process.mjs'), startHelper('streams.process.mjs')];
const to = { port: 18_795, token: stage.guardToken, agentId: AGENT, acknowledge: true };
await Promise.all([
  reading.ask('open', { ...to, count: GUARDS - CUT_OFF, prefix: 'reading' }),
  deaf.ask('open', { ...to, count: CUT_OFF, prefix: 'deaf' }),
]);
await new Promise((resolve) => setTimeout(resolve, HEARTBEAT_MS * 2));

deaf.signal('SIGSTOP');
await untilStopped(deaf.pid);
await reading.ask('arm');
const heard = reading.ask('collect');
const orderedAt = nowMs();
const { haltId, expected } = await stage.order({ kind: 'all' });
await heard;
const soon = await line();
let last = soon;
while (last.containedSeconds === null && nowMs() - orderedAt < 60_000) {
  await new Promise((resolve) => setTimeout(resolve, 250));
  last = await line();
}
const seconds = last.containedSeconds;
const bound = (PROOF_MS + SLACK_MS) / 1_000;
console.log(
  [
    `${expected} guards ordered to halt, ${CUT_OFF} of them cut off: ${soon.settled} settled at once and not contained (${soon.containedSeconds === null ? 'true' : 'FALSE'}); contained after ${seconds?.toFixed(1)} s; ratio to the arithmetic of ${bound} s: ${(seconds / bound).toFixed(2)} (target ≤ 1, and never below ${((PROOF_MS - HEARTBEAT_MS * 1.2) / 1_000 / bound).toFixed(2)}: that would be unproven)`,
    `  target of the runbook: 30 s`,
  ].join('\n'),
);
await Promise.all([reading.kill(), deaf.kill()]);
await stage.close();

async function line() {
  const { halts } = await stage.status();
  return halts.find((halt) => halt.haltId === haltId);
}

async function untilStopped(pid) {
  while (!/State:\s+T/.test(readFileSync(`/proc/${pid}/status`, 'utf8')))
    await new Promise((resolve) => setTimeout(resolve, 5));
}
