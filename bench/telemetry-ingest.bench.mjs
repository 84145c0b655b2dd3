/**
 * Claim: spans are taken, made durable and held against the tripwires at half the rate, or more, at which a bare
 * better-sqlite3 writes the very rows that come of them: the same table, the same indexes, multi-row inserts, the same
 * pragmas, as many rows a transaction. Bodies are those of the OpenTelemetry project's exporters, 500 spans each; the
 * first round warms both up and does not count. BODIES, AGENTS and ROUNDS by environment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openDatabase } from '../dist/src/telemetry/database/open-database.js';
import { startTelemetry } from '../dist/src/telemetry/start-telemetry.js';
import { fleetRegistry } from './support/big-fleet.mjs';
import { median } from './support/figures.mjs';
import { caughtBodies } from './support/otlp-bodies.mjs';

const BODIES = Number(process.env.BODIES ?? 100);
const AGENTS = Number(process.env.AGENTS ?? 20);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** Requests under way at once. */
const DEPTH = 16;
const ROWS_A_STATEMENT = 40;
const SILENT = { info: () => undefined, warn: () => undefined, error: console.error };
const registry = fleetRegistry(AGENTS);
const folder = mkdtempSync(join(tmpdir(), 'haltline-bench-'));

for (const format of ['protobuf', 'json']) {
  const path = join(folder, `${format}.db`);
  const telemetry = await startTelemetry({ databasePath: path, registry, log: SILENT });
  telemetry.onFinding(async () => undefined);
  const bare = openBare(`${path}.bare`);
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round += 1)
    rounds.push(await runRound({ telemetry, path, bare, format }));
  await telemetry.close();
  bare.database.close();
  print(format, rounds.slice(1));
}
rmSync(folder, { recursive: true });

async function runRound({ telemetry, path, bare, format }) {
  const bodies = await caughtBodies({ bodies: BODIES, agents: AGENTS, format });
  const before = { newest: newestRecord(path), transactions: await transactionsOf(telemetry) };
  const ours = await takeAll(telemetry, bodies, format);
  const transactions = (await transactionsOf(telemetry)) - before.transactions;
  const rows = rowsAfter(path, before.newest);
  if (rows.length !== BODIES * 500) throw new Error(`${rows.length} rows were stored`);
  const theirs = writeBare(bare, rows, Math.ceil(rows.length / transactions));
  return { ours: rows.length / ours, bare: rows.length / theirs };
}

/** Seconds until the last answer. */
async function takeAll(telemetry, bodies, format) {
  const waiting = bodies.map((body) => Uint8Array.from(body));
  const send = async () => {
    for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
      const receivedAtMs = Date.now();
      const request = { signal: 'traces', format, gzip: false, body, receivedAtMs, boundAgentId: null };
      const taken = await telemetry.takeOtlp(request);
      if (taken.kind !== 'stored' || taken.rejected > 0)
        throw new Error(`not taken: ${JSON.stringify(taken)}`);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: DEPTH }, send));
  return (performance.now() - begun) / 1000;
}

async function transactionsOf(telemetry) {
  const text = Buffer.from(await telemetry.exposition()).toString();
  return Number(/^haltline_telemetry_transactions_total (\d+)$/m.exec(text)?.[1]);
}

function reading(path, work) {
  const database = new Database(path, { readonly: true });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function newestRecord(path) {
  return reading(path, (database) =>
    database.prepare('select coalesce(max(id), 0) from record').pluck().get(),
  );
}

function rowsAfter(path, id) {
  const text = 'select key, at_ms, agent, action_id, body from record where id > ? order by id';
  return reading(path, (database) => database.prepare(text).raw().all(id));
}

function openBare(path) {
  const database = openDatabase(path);
  for (let id = 1; id <= AGENTS; id += 1)
    database.prepare('insert into agent (id, name, last_seen_ms) values (?, ?, 0)').run(id, `agent-${id}`);
  const statements = new Map();
  const insert = (some) => {
    const values = some.map(() => '(?, ?, ?, ?, ?)').join(', ');
    const text = `insert into record (key, at_ms, agent, action_id, body) values ${values}`;
    if (!statements.has(some.length)) statements.set(some.length, database.prepare(text));
    statements.get(some.length).run(some.flat());
  };
  const write = database.transaction((rows) => {
    for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) insert(rows.slice(at, at + ROWS_A_STATEMENT));
  });
  return { database, write: (rows) => write.immediate(rows) };
}

/** Seconds. */
function writeBare({ write }, rows, perTransaction) {
  const begun = performance.now();
  for (let at = 0; at < rows.length; at += perTransaction) write(rows.slice(at, at + perTransaction));
  return (performance.now() - begun) / 1000;
}

function print(format, rounds) {
  const ours = median(rounds.map((round) => round.ours));
  const bare = median(rounds.map((round) => round.bare));
  const ratio = median(rounds.map((round) => round.ours / round.bare));
  console.log(
    `telemetry, ${format}: ${ours.toFixed(0)} spans a second durable and evaluated; bare insert ${bare.toFixed(0)}; ratio ${ratio.toFixed(2)} (target ≥ 0.5); ${ROUNDS} rounds of ${BODIES * 500} spans`,
  );
}
