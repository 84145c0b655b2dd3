/**
 * Claim: holding a week of stored records against the wires costs little more than reading them. The same file is read
 * bare (every row, nothing made of it), then replayed, in turns and in one process; CPU time, medians of five. RECORDS
 * by environment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { agentTable } from '../dist/src/telemetry/database/agent-table.js';
import { gapTable } from '../dist/src/telemetry/database/gap-table.js';
import { openDatabase } from '../dist/src/telemetry/database/open-database.js';
import { recordTable } from '../dist/src/telemetry/database/record-table.js';
import { storable } from '../dist/src/telemetry/database/storable.js';
import { DEFAULT_PARAMETERS } from '../dist/src/core/tripwire/parameters.js';
import { replayRecords } from '../dist/src/telemetry/replay/replay-records.js';
import { median } from './support/figures.mjs';

const RECORDS = Number(process.env.RECORDS ?? 100_000);
const AGENTS = 20;
const ROUNDS = 5;
const WEEK_MS = 7 * 86_400_000;
const END_MS = Date.parse('2026-11-20T00:00:00.000Z');

const folder = mkdtempSync(join(tmpdir(), 'haltline-replay-'));
const path = join(folder, 'telemetry.db');
try {
  fill(path);
  const database = new Database(path, { readonly: true });
  const stored = { records: recordTable(database, agentTable(database)), gaps: gapTable(database) };
  const bare = [];
  const replayed = [];
  let told = replay(stored);
  readBare(database);
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(cpuMs(() => readBare(database)));
    replayed.push(cpuMs(() => (told = replay(stored))));
  }
  database.close();
  const [read, held] = [median(bare), median(replayed)];
  console.log(
    `  ${told.records} records of ${told.agents} agents over 7 days, ${told.found} alerts: replayed in ${held.toFixed(0)} ms of CPU, ` +
      `read bare in ${read.toFixed(0)} ms`,
  );
  console.log(
    `  a replay: ${(held / read).toFixed(1)} x reading, ${((held * 1000) / RECORDS).toFixed(1)} µs a record`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

function fill(file) {
  const database = openDatabase(file);
  const records = recordTable(database, agentTable(database));
  database.transaction(() =>
    records.add(Array.from({ length: RECORDS }, (_, index) => storable(aRecord(index)))),
  )();
  database.close();
}

/** A call to a model, then to a tool, spread evenly over the week. */
function aRecord(index) {
  const atMs = END_MS - WEEK_MS + Math.floor((index * WEEK_MS) / RECORDS);
  const isTool = index % 2 === 1;
  const hex = index.toString(16);
  return {
    origin: 'span',
    kind: isTool ? 'tool' : 'inference',
    actionId: isTool ? `act-${index}` : null,
    agentId: `agent-${(index >> 1) % AGENTS}`,
    tool: isTool ? 'stripe.refund' : null,
    endpoint: isTool ? 'stripe.refund' : null,
    actionClass: isTool ? 'external-api-call' : null,
    atMs,
    startedAtMs: atMs - 800,
    receivedAtMs: atMs + 1_000,
    cost: isTool
      ? null
      : {
          usd: atMs > END_MS - 3_600_000 ? 5 : 0.01,
          source: 'reported',
          model: 'gpt-4o-mini',
          inputTokens: 1_200,
          outputTokens: 240,
        },
    customerVisible: false,
    review: null,
    traceId: hex.padStart(32, 'a'),
    spanId: hex.padStart(16, 'b'),
    parentSpanId: null,
    parentActionId: null,
    conversationId: null,
    outcome: 'ok',
  };
}

function readBare(database) {
  let rows = 0;
  const all = database.prepare(
    'select * from record join agent on agent.id = record.agent order by at_ms, record.agent, record.id',
  );
  for (const row of all.iterate()) if (row.body !== undefined) rows += 1;
  if (rows !== RECORDS) throw new Error(`${rows} rows were read`);
}

function replay(stored) {
  const agents = new Map(
    Array.from({ length: AGENTS }, (_, index) => [
      `agent-${index}`,
      { tools: [{ name: 'stripe.refund', actionClass: 'external-api-call' }] },
    ]),
  );
  return replayRecords(stored, {
    agents,
    routes: new Map(),
    tripwires: { lateMinutes: 5, rules: DEFAULT_PARAMETERS, agents: new Map() },
    fromMs: END_MS - WEEK_MS,
    toMs: END_MS,
    agentId: null,
    periods: [],
  });
}

function cpuMs(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
