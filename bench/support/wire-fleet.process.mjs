/**
 * A fleet's wires with seven days of history, in a process of its own: `node --expose-gc … AGENTS SHARE EVENTS`. SHARE is
 * the part of all minutes in which each agent did something. Prints one line of JSON.
 */
import { createAgentWires } from '../../dist/src/core/tripwire/agent-wires.js';
import { wireSettings } from '../../dist/src/core/tripwire/wire-settings.js';

const [agents, share, events] = process.argv.slice(2).map(Number);
const MINUTE_MS = 60_000;
const NOW_MS = Date.parse('2026-11-20T03:12:00Z');
const NOW = NOW_MS / MINUTE_MS;
const WEEK = 7 * 1440 + 60;
const NANO = 1e9;
const MINUTES_PASSED = 10;
const WARM_AGENTS = 1_000;
const ENDPOINTS = ['stripe.refund', 'stripe.invoice', 'db.orders.write', 'email.send'];

/** Every agent spends more than the floor, so that each needs its median; none is in a burst. */
const RULES = {
  'cost-rate': { floorUsd: 0.01 },
  'call-rate': { floorCalls: 1e9 },
  'call-cap': { capCalls: 1e9 },
};

const registry = {
  agents: new Map(),
  routes: new Map(),
  tripwires: { lateMinutes: 5, rules: RULES, agents: new Map() },
};
for (let index = 0; index < agents; index += 1)
  registry.agents.set(nameOf(index), {
    tools: ENDPOINTS.map((name) => ({ name, actionClass: 'external-api-call' })),
  });

globalThis.gc();
const memoryBefore = process.memoryUsage().rss;
const startedAt = performance.now();
let rows = 0;
const fleet = aFleet();
const restartMs = performance.now() - startedAt;
const rebuilt = rows;
globalThis.gc();
const memoryMiB = (process.memoryUsage().rss - memoryBefore) / 2 ** 20;
const baselineMs = timed(() => fleet.forEach((wires) => wires.advance(NOW_MS)));

const spans = Array.from({ length: Math.min(events, agents * 4) }, (_, index) => spanOf(index));
tell(spans, NOW_MS);
const perEventUs = (timed(() => tellMany(events)) * 1000) / events;
const minuteUs = microsAMinute(fleet);
console.log(
  JSON.stringify({ agents, rows: rebuilt, restartMs, memoryMiB, baselineMs, perEventUs, minuteUs }),
);

function nameOf(index) {
  return `agent-${index}`;
}

/** Small sums, some larger ones: what a week of a working agent looks like. */
function* historyOf(agent) {
  let seed = agent * 7919 + 13;
  for (const series of ['spans', 'spend'])
    for (let minute = NOW - WEEK; minute < NOW; minute += 1) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7f_ff_ff_ff;
      if (seed / 0x7f_ff_ff_ff >= share) continue;
      rows += 1;
      yield { series, minute, value: series === 'spans' ? 1 + (seed % 5) : 1e7 + (seed % 1e8) };
    }
}

function spanOf(index) {
  const isInference = index % 2 === 0;
  const tool = isInference ? null : ENDPOINTS[index % ENDPOINTS.length];
  const cost = { usd: 1 / NANO, source: 'reported', model: 'some-model', inputTokens: 1, outputTokens: 1 };
  return {
    origin: 'span',
    kind: isInference ? 'inference' : 'tool',
    actionId: null,
    agentId: nameOf(index % agents),
    tool,
    endpoint: tool,
    actionClass: null,
    atMs: NOW_MS,
    startedAtMs: NOW_MS,
    receivedAtMs: NOW_MS,
    cost: isInference ? cost : null,
    customerVisible: false,
    review: null,
    traceId: `trace-${index}`,
    spanId: `span-${index}`,
    parentSpanId: null,
    parentActionId: null,
    conversationId: null,
    outcome: 'ok',
  };
}

function aFleet() {
  return Array.from({ length: agents }, (_, index) =>
    createAgentWires(wireSettings(registry, nameOf(index)), {
      nowMs: NOW_MS,
      minutes: historyOf(index),
      endpoints: ENDPOINTS.map((endpoint) => ({ endpoint, minute: NOW - 30 })),
    }),
  );
}

/** Microseconds for an agent and a minute. A small fleet begins again until its code is as warm as that of a large one. */
function microsAMinute(first) {
  let spentMs = 0;
  let times = 0;
  for (let some = first; ; some = aFleet()) {
    some.forEach((wires) => wires.advance(NOW_MS));
    spentMs += timed(() => pass(some));
    times += 1;
    if (times * agents >= WARM_AGENTS) break;
  }
  return (spentMs * 1000) / (agents * times * MINUTES_PASSED);
}

function pass(some) {
  for (let minute = 1; minute <= MINUTES_PASSED; minute += 1)
    for (const wires of some) wires.advance(NOW_MS + minute * MINUTE_MS);
}

function tellMany(count) {
  for (let told = 0; told < count; told += spans.length) tell(spans, NOW_MS);
}

function tell(records, nowMs) {
  for (let index = 0; index < records.length; index += 1)
    fleet[index % agents].observe(records[index], nowMs);
}

function timed(work) {
  const before = performance.now();
  work();
  return performance.now() - before;
}
