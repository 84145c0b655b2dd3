/**
 * Claim: a server that is killed between writing an order and telling anybody loses nothing. Real guards in another
 * process act all the time. The server dies with the order durable and unsent; none of them acts once its lease is
 * over, the order reaches every one when the server is back, and all hold a lease again within one lease (10 s) of
 * its start. GUARDS (bare streams) and AGENTS (real guards) by environment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nowMs, startHelper } from './support/processes.mjs';

const GUARDS = Number(process.env.GUARDS ?? 10_000);
const AGENTS = Number(process.env.AGENTS ?? 100);
const LEASE_MS = 10_000;
const AWAY_MS = 2_000;
const PORT = 18_796;
const folder = mkdtempSync(join(tmpdir(), 'haltline-bench-'));
const settings = { port: PORT, databasePath: join(folder, 'bench.db') };

const first = startHelper('plane-server.process.mjs');
const { token } = await first.ask('start', settings);
const streams = startHelper('streams.process.mjs');
const agents = startHelper('agents.process.mjs');
const to = { port: PORT, token, agentId: 'billing-agent' };
await streams.ask('open', { ...to, acknowledge: true, reopen: true, count: GUARDS, prefix: 'bench' });
await agents.ask('start', { url: `http://127.0.0.1:${PORT}`, token, count: AGENTS });
await new Promise((resolve) => setTimeout(resolve, 3_000));

const died = first.ended;
first.ask('orderAndDie').catch(() => undefined);
await died;
const diedAt = nowMs();
await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
const before = await agents.ask('look');
const second = startHelper('plane-server.process.mjs');
const startedAt = nowMs();
const restored = await second.ask('start', settings);
const leased = await untilAllLeased(second, GUARDS + AGENTS);
await new Promise((resolve) => setTimeout(resolve, LEASE_MS));
const after = await agents.ask('look');
console.log(
  [
    `killed between write and broadcast: ${restored.halts} order in force after the restart, heard of before by ${before.halted} of ${AGENTS} guards`,
    `  ${GUARDS} streams and ${AGENTS} real guards leased again ${((leased - startedAt) / 1_000).toFixed(1)} s after the start of the server; ratio to the lease ${((leased - startedAt) / LEASE_MS).toFixed(2)} (target ≤ 1)`,
    `  last action of any guard ${((after.lastActionAt - diedAt) / 1_000).toFixed(1)} s after the kill (lease 10 s: ${after.lastActionAt - diedAt <= LEASE_MS ? 'kept' : 'BROKEN'}); acting at the end: ${after.acting} (target 0); halted: ${after.halted} of ${AGENTS}`,
  ].join('\n'),
);
await Promise.all([streams, agents, second].map((helper) => helper.kill()));
rmSync(folder, { recursive: true, force: true });

async function untilAllLeased(server, count) {
  for (;;) {
    const { connected } = await server.ask('look');
    if (connected >= count) return nowMs();
    if (nowMs() - startedAt > 120_000) throw new Error(`only ${connected} of ${count} came back`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
