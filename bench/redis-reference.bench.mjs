/**
 * Reference, not a claim: what a bare broker does that promises nothing. Redis pub/sub tells as many subscribers of the
 * same client processes as many bytes as an order has; against the bare Node broadcast that our own claim is measured
 * against, in turn in the same run. Nothing is durable, signed, leased or answered there. Who is away when it is
 * published never hears of it: that is measured too. GUARDS and ROUNDS by environment.
 */
import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { median, ms, quantile } from './support/figures.mjs';
import { nowMs, startHelper } from './support/processes.mjs';

const GUARDS = Number(process.env.GUARDS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 10);
const CLIENTS = 2;
const AWAY = 100;
const [PORT, BARE_PORT] = [18_793, 18_794];
const CHANNEL = 'halts';
/** About what a guard is told of one order. */
const BYTES = 600;

const version = /v=(\S+)/.exec(spawnSync('redis-server', ['--version']).stdout?.toString() ?? '')?.[1];
if (version === undefined) {
  console.log('redis-reference: SKIPPED, no redis-server here. Debian has it: apt-get install redis-server.');
  process.exit(0);
}
const redis = await startRedis();
const bare = startHelper('bare-broadcast.process.mjs');
const clients = Array.from({ length: CLIENTS }, () => startHelper('streams.process.mjs'));
const subscribers = Array.from({ length: CLIENTS }, () => startHelper('redis-subscribers.process.mjs'));
const share = Math.floor(GUARDS / CLIENTS);
await bare.ask('listen', { port: BARE_PORT, first: eventOf(0) });
await all(clients, 'open', (index) => ({
  port: BARE_PORT,
  token: 'none',
  agentId: 'billing-agent',
  prefix: `bench-${index}`,
  count: share,
}));
await all(subscribers, 'open', () => ({ port: PORT, channel: CHANNEL, count: share }));

const rounds = [];
for (let index = 1; index <= ROUNDS; index += 1) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const told = await measure(clients, () => bare.ask('broadcast', { text: eventOf(index) }));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const published = await measure(subscribers, () => redis.publish(eventOf(index)));
  rounds.push({ bare: quantile(told, 0.99), redis: quantile(published, 0.99) });
}
const late = await whoWasAway();
const each = (name) => median(rounds.map((round) => round[name]));
console.log(
  [
    `Redis ${version} pub/sub → ${GUARDS} subscribers: p99 ${ms(each('redis'))}; bare broadcast of the same bytes: p99 ${ms(each('bare'))}; ratio ${median(rounds.map((round) => round.redis / round.bare)).toFixed(2)} (medians of ${ROUNDS} rounds)`,
    `  ${AWAY} subscribers away for a moment when it was published: ${late} heard of it when they were back`,
  ].join('\n'),
);
await Promise.all([...clients, ...subscribers, bare].map((helper) => helper.kill()));
redis.stop();

function eventOf(epoch) {
  const rest = 'x'.repeat(BYTES);
  return `id: ${epoch}\nevent: state\ndata: ${JSON.stringify({ epoch, planeId: 'bench', rest })}\n\n`;
}

function all(helpers, verb, inputOf = () => ({})) {
  return Promise.all(helpers.map((helper, index) => helper.ask(verb, inputOf(index))));
}

/** Milliseconds until each has it. */
async function measure(helpers, act) {
  await all(helpers, 'arm');
  const collecting = all(helpers, 'collect');
  const startedAt = await act();
  return (await collecting).flatMap(({ arrivedAt }) => arrivedAt.map((at) => at - startedAt));
}

async function whoWasAway() {
  const others = startHelper('redis-subscribers.process.mjs');
  await others.ask('open', { port: PORT, channel: CHANNEL, count: AWAY });
  await others.ask('close');
  await redis.publish(eventOf(ROUNDS + 1));
  await others.ask('open', { port: PORT, channel: CHANNEL, count: AWAY });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { heard } = await others.ask('look');
  await others.kill();
  return heard;
}

/** A Redis that keeps nothing on disk, and one connection to publish by. */
async function startRedis() {
  const options = ['--save', '', '--appendonly', 'no', '--maxclients', String(GUARDS + 500)];
  const child = spawn('redis-server', ['--port', String(PORT), '--bind', '127.0.0.1', ...options], {
    stdio: 'ignore',
  });
  const socket = await untilConnected();
  return {
    publish: async (text) => {
      const startedAt = nowMs();
      const parts = ['PUBLISH', CHANNEL, text];
      const words = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('');
      socket.write(`*${parts.length}\r\n${words}`);
      return startedAt;
    },
    stop: () => (socket.destroy(), child.kill('SIGKILL')),
  };
}

async function untilConnected() {
  for (let left = 100; left > 0; left -= 1) {
    const socket = connect({ port: PORT, host: '127.0.0.1' });
    const open = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    if (open) return socket.on('error', () => undefined).resume();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('redis-server did not come up');
}
