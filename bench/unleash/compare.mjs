/**
 * Claim: a flag engine is no kill switch. The same 200 clients in one process: how long until the last one refuses,
 * what they do when the server is gone, and what one does that starts in the middle of a halt while it is.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
if (!existsSync(join(here, 'node_modules'))) {
  console.log('unleash: SKIPPED, not installed. Run `npm ci --prefix bench/unleash` first.');
  process.exit(0);
}
const { Unleash } = await import('unleash-client');
const { createGuard } = await import('../../dist/src/guard/index.js');
const { startServer } = await import('../support/stage.mjs');

const CLIENTS = 200;
/** Longer than any lease: whoever still acts then, acts for good. */
const GONE_MS = 16_000;
const PORT = 14_242;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

const unleash = await unleashFigures();
const haltline = await haltlineFigures();
const rows = [
  ['', 'Unleash, 15 s poll (default)', 'Unleash, 1 s poll', 'Haltline'],
  [
    `halt → the last of ${CLIENTS} clients refuses`,
    seconds(unleash.defaultMs),
    seconds(unleash.fastMs),
    seconds(haltline.lastMs),
  ],
  [
    'server killed, no halt: clients that still act',
    `${unleash.actingDefault} of ${CLIENTS} after ${seconds(GONE_MS)}`,
    `${unleash.actingFast} of ${CLIENTS} after ${seconds(GONE_MS)}`,
    `${haltline.acting} of ${CLIENTS} after ${seconds(haltline.isolatedMs)}`,
  ],
  [
    'started in the middle of a halt, server down',
    unleash.lateActs ? 'acts' : 'refuses',
    unleash.lateActs ? 'acts' : 'refuses',
    haltline.lateActs ? 'acts' : 'refuses',
  ],
];
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
console.log(
  `ratio of the time until the last one refuses: Unleash default / Haltline ${(unleash.defaultMs / haltline.lastMs).toFixed(0)}, Unleash 1 s / Haltline ${(unleash.fastMs / haltline.lastMs).toFixed(0)}`,
);
process.exit(0);

async function unleashFigures() {
  const server = await startUnleash();
  const backupPath = mkdtempSync(join(tmpdir(), 'haltline-bench-backup-'));
  const open = async (refreshInterval, count) => {
    const clients = Array.from(
      { length: count },
      (_, index) =>
        new Unleash({
          url: `http://127.0.0.1:${PORT}/api/`,
          appName: `bench-${refreshInterval}-${index}`,
          customHeaders: { Authorization: server.secret },
          refreshInterval,
          disableMetrics: true,
          backupPath,
        }),
    );
    for (const client of clients) client.on('error', () => undefined).on('warn', () => undefined);
    await Promise.all(
      clients.map((client) => new Promise((resolve) => client.once('synchronized', resolve))),
    );
    return clients;
  };
  const slow = await open(15_000, CLIENTS);
  const fast = await open(1_000, CLIENTS);
  const acts = (client) => client.isEnabled('agents-may-act');
  await untilAll([...slow, ...fast], acts);
  const startedAt = performance.now();
  await flip('off');
  const [fastMs, defaultMs] = await Promise.all([
    untilAll(fast, (client) => !acts(client)).then(() => performance.now() - startedAt),
    untilAll(slow, (client) => !acts(client)).then(() => performance.now() - startedAt),
  ]);
  await flip('on');
  await untilAll([...slow, ...fast], acts);
  await pause(500);
  await server.kill();
  await pause(GONE_MS);
  const [actingDefault, actingFast] = [slow, fast].map((clients) => clients.filter(acts).length);
  // It saw "on" before the halt; the halt came while it was away; now it starts with nobody to ask.
  const late = new Unleash({
    url: `http://127.0.0.1:${PORT}/api/`,
    appName: 'bench-15000-0',
    customHeaders: { Authorization: server.secret },
    disableMetrics: true,
    backupPath,
  });
  late.on('error', () => undefined).on('warn', () => undefined);
  await pause(2_000);
  const lateActs = acts(late);
  return { defaultMs, fastMs, actingDefault, actingFast, lateActs };
}

async function startUnleash() {
  const node = join(here, 'node_modules', '.bin', 'node');
  const child = spawn(node, [join(here, 'flag-server.mjs'), String(PORT), String(PORT + 1)], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const secret = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`unleash ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length));
    });
  });
  return {
    secret,
    kill: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit').once('exit', resolve);
        // Its PostgreSQL too.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      }),
  };
}

async function flip(to) {
  await fetch(
    `http://127.0.0.1:${PORT}/api/admin/projects/default/features/agents-may-act/environments/development/${to}`,
    { method: 'POST' },
  );
}

async function haltlineFigures() {
  const { bot, close } = await startServer(18_799);
  const { token } = await bot.api('POST', '/v1/tokens', {
    name: 'bench',
    scopes: ['guard'],
    agentId: 'billing-agent',
  });
  const open = () => createGuard({ url: bot.url, token, agentId: 'billing-agent' });
  const guards = Array.from({ length: CLIENTS }, open);
  await Promise.all(guards.map((guard) => guard.ready()));
  const refuses = (guard) =>
    guard.run({ tool: 'stripe.refund', actionClass: 'external-api-call' }, () => false).catch(() => true);
  const startedAt = performance.now();
  await bot.api('POST', '/v1/halts', { scope: { kind: 'tool', tool: 'stripe.refund' }, reason: 'bench' });
  await untilAll(guards, refuses);
  const lastMs = performance.now() - startedAt;
  // Another tool is not halted: these guards act until their lease is gone.
  const refusesOther = (guard) =>
    guard.run({ tool: 'stripe.invoice', actionClass: 'external-api-call' }, () => false).catch(() => true);
  bot.child.process.kill('SIGKILL');
  const killedAt = performance.now();
  await untilAll(guards, refusesOther, 30_000);
  const isolatedMs = performance.now() - killedAt;
  const acting = (await Promise.all(guards.map(refusesOther))).filter((refused) => !refused).length;
  const late = open();
  await pause(2_000);
  const lateActs = !(await refuses(late));
  await close();
  return { lastMs, isolatedMs, acting, lateActs };
}

/** Until `holds` of everyone; asks all of them again and again, as agents do. */
async function untilAll(clients, holds, timeoutMs = 60_000) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answers = await Promise.all(clients.map(holds));
    if (answers.every(Boolean)) return;
    if (performance.now() > deadline) throw new Error('they never all agreed');
    await pause(2);
  }
}
