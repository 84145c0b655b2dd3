/**
 * Claim: a span that trips a wire is an alert in hand within milliseconds of its arrival, while other agents keep sending.
 * Baseline of the same run: how long a bare better-sqlite3 needs to make one row durable on the same disk.
 * ALERTS by environment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { startTelemetry } from '../dist/src/telemetry/start-telemetry.js';
import { agentName, fleetRegistry } from './support/big-fleet.mjs';
import { ms, quantile } from './support/figures.mjs';

const ALERTS = Number(process.env.ALERTS ?? 500);
const SILENT = { info: () => undefined, warn: () => undefined, error: console.error };
/** Beside the alerts: requests of 50 spans, 40 a second. */
const NOISE = { everyMs: 25, spans: 50 };

const folder = mkdtempSync(join(tmpdir(), 'haltline-bench-'));
const telemetry = await startTelemetry({
  databasePath: join(folder, 'telemetry.db'),
  registry: fleetRegistry(ALERTS + 1),
  log: SILENT,
});
const sent = new Map();
const taken = [];
const waiting = new Map();
telemetry.onFinding(async ({ agentId, rule }) => {
  if (rule !== 'cost-cap' || !sent.has(agentId)) return;
  taken.push(performance.now() - sent.get(agentId));
  waiting.get(agentId)?.();
});
const noise = setInterval(() => void take(NOISE.spans, agentName(ALERTS), 0.000_000_1), NOISE.everyMs);
for (let index = 0; index < ALERTS; index += 1) {
  const agent = agentName(index);
  const alerted = new Promise((resolve) => waiting.set(agent, resolve));
  sent.set(agent, performance.now());
  await Promise.all([take(1, agent, 100), alerted]);
}
clearInterval(noise);
await telemetry.close();
const bare = bareCommits(join(folder, 'bare.db'));
rmSync(folder, { recursive: true });
const ours = quantile(taken, 0.99);
console.log(
  `telemetry, span to alert under load: p50 ${ms(quantile(taken, 0.5))}, p99 ${ms(ours)}; one bare durable row p99 ${ms(quantile(bare, 0.99))}; ratio ${(ours / quantile(bare, 0.99)).toFixed(1)}; ${ALERTS} alerts (target p99 ≤ 100 ms)`,
);

function take(spans, agent, usd) {
  const body = new TextEncoder().encode(JSON.stringify(aRequest(spans, agent, usd)));
  const receivedAtMs = Date.now();
  return telemetry.takeOtlp({
    signal: 'traces',
    format: 'json',
    isCompressed: false,
    body,
    receivedAtMs,
    boundAgentId: null,
  });
}

function aRequest(count, agent, usd) {
  const now = Date.now();
  const text = (key, stringValue) => ({ key, value: { stringValue } });
  const attributes = [
    text('gen_ai.operation.name', 'chat'),
    text('gen_ai.agent.name', agent),
    { key: 'gen_ai.usage.cost.amount', value: { doubleValue: usd } },
    text('gen_ai.usage.cost.currency', 'USD'),
  ];
  const spans = Array.from({ length: count }, () => ({
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'chat',
    kind: 3,
    startTimeUnixNano: `${now - 1000}000000`,
    endTimeUnixNano: `${now}000000`,
    attributes,
  }));
  return { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans }] }] };
}

function bareCommits(path) {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('create table row (body text)');
  const insert = database.prepare('insert into row values (?)');
  const times = [];
  for (let index = 0; index < ALERTS; index += 1) {
    const begun = performance.now();
    insert.run('x'.repeat(300));
    times.push(performance.now() - begun);
  }
  database.close();
  return times;
}
