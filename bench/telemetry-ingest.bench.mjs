/**
 * Claim: spans are taken, made durable and held against the tripwires at half the rate, or more, at which a bare
 * better-sqlite3 writes the very rows that come of them: the same table, the same indexes, multi-row inserts, the same
 * pragmas, as many rows a transaction. Bodies are those of the OpenTelemetry project's exporters, 500 spans each; the
 * first round warms both up and does not count. `sealed`: with a content key and a kilobyte said in each call to a model;
 * there the baseline writes what was said too, byte for byte, in a column of the record's own row: neither compressed nor
 * sealed, and without a table of traces.
 *
 * The baseline has its rows for nothing (decoded, deduplicated) and one thread; what is measured has the two
 * threads that the product has, and writes besides which conversation goes on in which trace, and its sums. Both take turns
 * within a round, so that a busy machine is busy for both. BODIES, AGENTS, ROUNDS and ONLY (protobuf, json, sealed) by environment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { contentKeys } from '../dist/src/telemetry/content/content-keys.js';
import { contentStore } from '../dist/src/telemetry/content/content-store.js';
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
const KEY = Buffer.alloc(32, 7).toString('base64');
const SILENT = { info: () => undefined, warn: () => undefined, error: console.error };
const COLUMNS = ['key', 'at_ms', 'agent', 'action_id', 'body'];
const registry = fleetRegistry(AGENTS);
const folder = mkdtempSync(join(tmpdir(), 'haltline-bench-'));

const MODES = [
  { name: 'protobuf', format: 'protobuf', sealed: false },
  { name: 'json', format: 'json', sealed: false },
  { name: 'protobuf, sealed', format: 'protobuf', sealed: true },
  { name: 'json, sealed', format: 'json', sealed: true },
].filter(({ name }) => name.includes(process.env.ONLY ?? ''));

for (const mode of MODES) {
  const path = join(folder, `${mode.name}.db`);
  const keys = mode.sealed ? [KEY] : [];
  const telemetry = await startTelemetry({ databasePath: path, registry, log: SILENT, contentKeys: keys });
  telemetry.onFinding(async () => undefined);
  const bare = openBare(`${path}.bare`, mode);
  const read = mode.sealed ? saidIn : recordsIn;
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round += 1)
    rounds.push(await runRound({ telemetry, path, bare, mode, read }));
  await telemetry.close();
  bare.database.close();
  print(mode, rounds.slice(1));
}
rmSync(folder, { recursive: true });

async function runRound({ telemetry, path, bare, mode: { format, sealed }, read }) {
  const bodies = await caughtBodies({ bodies: BODIES, agents: AGENTS, format, told: sealed });
  const before = reading(path, newestIn);
  const transactionsBefore = await transactionsOf(telemetry);
  const cpu = process.cpuUsage();
  const ours = await takeAll(telemetry, bodies, format);
  const { user, system } = process.cpuUsage(cpu);
  const transactions = (await transactionsOf(telemetry)) - transactionsBefore;
  const rows = reading(path, (database) => read(database, before));
  const spans = rows.length;
  if (spans !== BODIES * 500) throw new Error(`${spans} records were stored`);
  const theirs = writeBare(bare, rows, transactions);
  return { ours: spans / ours, bare: spans / theirs, micros: (user + system) / spans };
}

/** Seconds until the last answer. */
async function takeAll(telemetry, bodies, format) {
  const waiting = bodies.map((body) => Uint8Array.from(body));
  const send = async () => {
    for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
      const receivedAtMs = Date.now();
      const request = {
        signal: 'traces',
        format,
        isCompressed: false,
        body,
        receivedAtMs,
        boundAgentId: null,
      };
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

function newestIn(database) {
  return database.prepare('select coalesce(max(id), 0) from record').pluck().get();
}

/** Rows after a number. */
function recordsIn(database, id) {
  return database
    .prepare(`select ${COLUMNS.join(', ')} from record where id > ? order by id`)
    .raw()
    .all(id);
}

/** The same with what was said in each span, opened. */
function saidIn(database, id) {
  const content = contentStore(database, contentKeys([KEY]));
  const rows = recordsIn(database, id);
  const said = new Map();
  for (const traceId of new Set(rows.map(([key]) => key.toString('hex', 0, 16))))
    for (const { spanId, kind, text, atMs, toolCallId } of content.read(traceId).pieces) {
      const span = `${traceId}${spanId}`;
      said.set(span, [...(said.get(span) ?? []), [kind, text, atMs, toolCallId]]);
    }
  return rows.map((row) => {
    const pieces = said.get(row[0].toString('hex'));
    return [...row, pieces === undefined ? null : JSON.stringify(pieces)];
  });
}

function openBare(path, { sealed }) {
  const database = openDatabase(path);
  if (sealed) database.exec('alter table record add column said text');
  for (let id = 1; id <= AGENTS; id += 1)
    database.prepare('insert into agent (id, name, last_seen_ms) values (?, ?, 0)').run(id, `agent-${id}`);
  const columns = sealed ? [...COLUMNS, 'said'] : COLUMNS;
  const row = `(${columns.map(() => '?').join(', ')})`;
  const statements = new Map();
  const insert = (some) => {
    const text = `insert into record (${columns.join(', ')}) values ${some.map(() => row).join(', ')}`;
    if (!statements.has(text)) statements.set(text, database.prepare(text));
    statements.get(text).run(some.flat());
  };
  const write = database.transaction((rows) => {
    for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) insert(rows.slice(at, at + ROWS_A_STATEMENT));
  });
  return { database, write: (rows) => write.immediate(rows) };
}

/** Seconds, in as many transactions. */
function writeBare({ write }, rows, transactions) {
  const at = (part) => Math.round((part * rows.length) / transactions);
  const parts = Array.from({ length: transactions }, (_, part) => rows.slice(at(part), at(part + 1)));
  const begun = performance.now();
  for (const part of parts) write(part);
  return (performance.now() - begun) / 1000;
}

function print({ name }, rounds) {
  const middle = (figure) => median(rounds.map(figure));
  const ratio = middle(({ ours, bare }) => ours / bare);
  console.log(
    `telemetry, ${name}: ${middle(({ ours }) => ours).toFixed(0)} spans a second durable and evaluated; bare insert ${middle(({ bare }) => bare).toFixed(0)}; ratio ${ratio.toFixed(2)} (target ≥ 0.5); ${middle(({ micros }) => micros).toFixed(1)} µs of CPU a span; ${ROUNDS} rounds of ${BODIES * 500} spans`,
  );
}
