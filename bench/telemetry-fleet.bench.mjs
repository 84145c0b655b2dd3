/**
 * Claim: what ten thousand agents did in seven days is watched again seconds after a start, in bounded memory, and a span
 * costs the same among ten thousand agents as among ten. Baselines of the same run: memory and cost with ten agents. The cost
 * is CPU time of all threads, from request to answer, with every span some other agent's. AGENTS and BODIES by environment.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import { startTelemetry } from '../dist/src/telemetry/start-telemetry.js';
import { agentName, fleetRegistry } from './support/big-fleet.mjs';
import { median } from './support/figures.mjs';

const AGENTS = Number(process.env.AGENTS ?? 10_000);
const BODIES = Number(process.env.BODIES ?? 60);
const SPANS_A_BODY = 500;
const MIB = 1_048_576;
/** Each look writes a page of ten thousand agents, which is work too. */
const LOOK_MS = 1_000;
const HISTORY = fileURLToPath(new URL('support/write-history.process.mjs', import.meta.url));
const SILENT = { info: () => undefined, warn: () => undefined, error: console.error };

const folder = mkdtempSync(join(tmpdir(), 'haltline-bench-'));
const few = await measure(10);
const many = await measure(AGENTS);
console.log(
  `telemetry, ${AGENTS} agents with 7 days of history (${many.minutes} minutes each): answers ${many.readyMs.toFixed(0)} ms after the start, watches all after ${(many.watchedMs / 1000).toFixed(1)} s; ` +
    `memory ${many.memory.toFixed(0)} MiB, with 10 agents ${few.memory.toFixed(0)} MiB; file ${many.file.toFixed(0)} MiB`,
);
console.log(
  `telemetry, cost of a span: ${many.micros.toFixed(1)} µs of CPU among ${AGENTS} agents, ${few.micros.toFixed(1)} µs among 10; ratio ${(many.micros / few.micros).toFixed(2)} (target ≤ 1.5)`,
);
rmSync(folder, { recursive: true });

async function measure(agents) {
  const path = join(folder, `${agents}.db`);
  const minutes = Number(
    execFileSync(process.execPath, [HISTORY, path, String(agents)], { encoding: 'utf8' }),
  );
  const begun = performance.now();
  const telemetry = await startTelemetry({
    databasePath: path,
    registry: fleetRegistry(agents),
    log: SILENT,
  });
  telemetry.onFinding(async () => undefined);
  const readyMs = performance.now() - begun;
  while ((await watched(telemetry)) < agents) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const watchedMs = performance.now() - begun;
  const memory = process.memoryUsage.rss() / MIB;
  await send(telemetry, agents, BODIES / 3);
  const micros = median([
    await send(telemetry, agents, BODIES),
    await send(telemetry, agents, BODIES),
    await send(telemetry, agents, BODIES),
  ]);
  await telemetry.close();
  return { minutes, readyMs, watchedMs, memory, micros, file: statSync(path).size / MIB };
}

async function watched(telemetry) {
  const text = Buffer.from(await telemetry.exposition()).toString();
  return Number(/^haltline_telemetry_agents (\d+)$/m.exec(text)?.[1]);
}

/** Microseconds of CPU a span, from the first request to the last answer. */
async function send(telemetry, agents, count) {
  const waiting = Array.from({ length: count }, () => aBody(agents));
  const spans = waiting.length * SPANS_A_BODY;
  const before = process.cpuUsage();
  const sender = async () => {
    for (let body = waiting.pop(); body !== undefined; body = waiting.pop())
      await telemetry.takeOtlp({
        signal: 'traces',
        format: 'json',
        isCompressed: false,
        body,
        receivedAtMs: Date.now(),
        boundAgentId: null,
      });
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / spans;
}

/** Every span is some other agent's. */
function aBody(agents) {
  const spans = Array.from({ length: SPANS_A_BODY }, () =>
    aSpan(agentName(Math.floor(Math.random() * agents))),
  );
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'bench' } }] };
  return new TextEncoder().encode(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
}

function aSpan(agent) {
  const now = Date.now();
  const text = (key, stringValue) => ({ key, value: { stringValue } });
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'chat example-model',
    kind: 3,
    startTimeUnixNano: `${now - 1000}000000`,
    endTimeUnixNano: `${now}000000`,
    attributes: [
      text('gen_ai.operation.name', 'chat'),
      text('gen_ai.agent.name', agent),
      text('gen_ai.request.model', 'example-model'),
      { key: 'gen_ai.usage.cost.amount', value: { doubleValue: 0.000_1 } },
      text('gen_ai.usage.cost.currency', 'USD'),
    ],
  };
}
