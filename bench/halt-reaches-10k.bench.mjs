/**
 * Claim: a halt reaches ten thousand guards about as fast as this machine can send it, and all their answers are
 * durable soon after. From `POST /v1/halts` to each stream's having parsed the new state, and to the last answered
 * `POST /v1/acks`; against a bare Node server that writes the same bytes, encoded beforehand, to as many sockets of
 * as many client processes, and answers 200 to the same batches of answers without reading them.
 *
 * What is told is the median of the rounds' ratios: each round is a bare broadcast and, right after it, an order, so that
 * a busy machine meets both alike. Haltline is stopped (SIGSTOP) during the bare one, which pays for none of its
 * heartbeats and cards. The first two rounds of both are not counted; the very first order is told by itself, for
 * in earnest orders are rare and no code of theirs is warm. GUARDS and ROUNDS by environment.
 */
import { median, ms, quantile } from './support/figures.mjs';
import { nowMs, residentKib, startHelper } from './support/processes.mjs';
import { AGENT, openStage } from './support/stage.mjs';

const GUARDS = Number(process.env.GUARDS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 10);
const WARM_UP = 2;
const CLIENTS = 2;
const [PORT, BARE_PORT] = [18_791, 18_792];

const stage = await openStage({ port: PORT });
const bare = startHelper('bare-broadcast.process.mjs');
const sample = await exampleState();
await bare.ask('listen', { port: BARE_PORT, first: eventOf(0) });
const [guards, bareGuards] = [startClients(), startClients()];

await openAll(bareGuards, { port: BARE_PORT, token: 'none' });
const memory = { before: residentKib(stage.pid) };
const opened = await openAll(guards, { port: PORT, token: stage.guardToken });
await seconds(5);
memory.after = residentKib(stage.pid);

const rounds = [];
for (let index = 0; index < WARM_UP + ROUNDS; index += 1)
  rounds.push({ bare: await bareRound(index + 1), ours: await haltRound(index) });
report(rounds[0], rounds.slice(WARM_UP));
await Promise.all([...guards, ...bareGuards, bare].map((helper) => helper.kill()));
await stage.close();

function report(first, counted) {
  const p99 = ({ latencies }) => quantile(latencies, 0.99);
  const durable = ({ durableMs }) => durableMs;
  const pooled = (side) =>
    quantile(
      counted.flatMap((round) => round[side].latencies),
      0.99,
    );
  const contained = counted.filter(({ ours }) => ours.contained).length;
  console.log(
    [
      `order → ${GUARDS} guards hold it, p99: ${against(counted, p99, 1.5)}`,
      `  all rounds in one: ${ms(pooled('ours'))} against ${ms(pooled('bare'))}, ${(pooled('ours') / pooled('bare')).toFixed(2)} ×; first order of the process ${ratio(first, p99).toFixed(2)} ×`,
      `order → all ${GUARDS} answers durable: ${against(counted, durable, 3)}`,
      `  first order of the process ${ratio(first, durable).toFixed(2)} ×; "contained" said in ${contained} of ${ROUNDS} rounds when the last was answered`,
      `memory per idle guard: ${((memory.after - memory.before) / GUARDS).toFixed(1)} KiB resident (${(memory.before / 1024).toFixed(0)} → ${(memory.after / 1024).toFixed(0)} MiB); opened in ${ms(Math.max(...opened.map((one) => one.ms)))}, ${opened.reduce((sum, one) => sum + one.refused, 0)} told to come back`,
    ].join('\n'),
  );
}

/** `1.21 × (1.02 to 1.44, 10 of 10 rounds ≤ 1.5): 210 ms against 174 ms`. */
function against(counted, of, target) {
  const ratios = counted.map((round) => ratio(round, of));
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((each) => each.toFixed(2));
  const within = ratios.filter((each) => each <= target).length;
  const typical = (side) => ms(median(counted.map((round) => of(round[side]))));
  return `${median(ratios).toFixed(2)} × (${least} to ${most}, ${within} of ${ratios.length} rounds ≤ ${target}): ${typical('ours')} against ${typical('bare')}`;
}

function ratio(round, of) {
  return of(round.ours) / of(round.bare);
}

/** What a guard is really told, so that the bare server sends as many bytes. */
async function exampleState() {
  const { haltId } = await stage.order({ kind: 'tool', tool: 'bench.tool.0' });
  const state = await stage.bot.api('GET', '/v1/halts');
  await stage.lift(haltId);
  return state;
}

function eventOf(epoch) {
  return `id: ${epoch}\nevent: state\ndata: ${JSON.stringify({ ...sample, epoch })}\n\n`;
}

function startClients() {
  return Array.from({ length: CLIENTS }, () => startHelper('streams.process.mjs'));
}

function all(clients, verb, inputOf = () => ({})) {
  return Promise.all(clients.map((client, index) => client.ask(verb, inputOf(index))));
}

function openAll(clients, to) {
  const count = Math.floor(GUARDS / CLIENTS);
  const about = { ...to, acknowledge: true, agentId: AGENT, count };
  return all(clients, 'open', (index) => ({ ...about, prefix: `bench-${index}` }));
}

/** `act` answers with when it began. */
async function measure(clients, act) {
  await all(clients, 'arm');
  const collecting = all(clients, 'collect');
  const startedAt = await act();
  const heard = await collecting;
  return {
    latencies: heard.flatMap(({ arrivedAt }) => arrivedAt.map((at) => at - startedAt)),
    durableMs: Math.max(...heard.map(({ durableAt }) => durableAt)) - startedAt,
  };
}

async function bareRound(epoch) {
  process.kill(stage.pid, 'SIGSTOP');
  try {
    return await measure(bareGuards, () => bare.ask('broadcast', { text: eventOf(epoch) }));
  } finally {
    process.kill(stage.pid, 'SIGCONT');
    await seconds(1);
  }
}

async function haltRound(index) {
  const orders = [];
  const measured = await measure(guards, async () => {
    const startedAt = nowMs();
    orders.push(stage.order({ kind: 'tool', tool: `bench.tool.${index}` }));
    return startedAt;
  });
  const [{ haltId }] = await Promise.all(orders);
  const { halts } = await stage.status();
  const contained = halts.some((halt) => halt.haltId === haltId && halt.containedSeconds !== null);
  await measure(guards, async () => (await stage.lift(haltId), nowMs()));
  await seconds(1.5);
  return { ...measured, contained };
}

function seconds(number) {
  return new Promise((resolve) => setTimeout(resolve, number * 1_000));
}
