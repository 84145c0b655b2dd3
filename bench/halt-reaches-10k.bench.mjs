/**
 * Claim: a halt reaches ten thousand guards about as fast as this machine can send it, and all their answers are
 * durable soon after. From `POST /v1/halts` to each stream's having parsed the new state, and to the last answered
 * `POST /v1/acks`; against a bare Node server that writes the same bytes, encoded beforehand, to as many sockets of
 * the same client processes, and answers 200 to the same batches of answers without reading them, before and after
 * in the same run. GUARDS and ROUNDS by environment.
 */
import { median, ms, quantile } from './support/figures.mjs';
import { nowMs, residentKib, startHelper } from './support/processes.mjs';
import { AGENT, openStage } from './support/stage.mjs';

const GUARDS = Number(process.env.GUARDS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 10);
const CLIENTS = 2;
const [PORT, BARE_PORT] = [18_791, 18_792];

const stage = await openStage({ port: PORT });
const clients = Array.from({ length: CLIENTS }, () => startHelper('streams.process.mjs'));
const bare = startHelper('bare-broadcast.process.mjs');
const sample = await exampleState();
await bare.ask('listen', { port: BARE_PORT, first: eventOf(0) });

const baseline = [...(await bareRounds(Math.ceil(ROUNDS / 2)))];
const memory = { before: residentKib(stage.pid) };
const opened = await openAll({ port: PORT, token: stage.guardToken, acknowledge: true });
await new Promise((resolve) => setTimeout(resolve, 5_000));
memory.after = residentKib(stage.pid);
const ours = [];
for (let index = 0; index < ROUNDS; index += 1) ours.push(await haltRound(index));
await all('close');
baseline.push(...(await bareRounds(Math.floor(ROUNDS / 2))));

const pooled = (rounds) => rounds.flatMap(({ latencies }) => latencies);
const p99 = { ours: quantile(pooled(ours), 0.99), bare: quantile(pooled(baseline), 0.99) };
const each = (rounds) => median(rounds.map(({ latencies }) => quantile(latencies, 0.99)));
const answered = (rounds) => median(rounds.map(({ durableMs }) => durableMs));
const durable = answered(ours);
console.log(
  [
    `order → ${GUARDS} guards hold it: p99 ${ms(p99.ours)}; bare broadcast of the same bytes: p99 ${ms(p99.bare)}; ratio ${(p99.ours / p99.bare).toFixed(2)} (target ≤ 1.5)`,
    `  by round, median of p99: ${ms(each(ours))} against ${ms(each(baseline))}, ratio ${(each(ours) / each(baseline)).toFixed(2)}; ${ROUNDS} rounds each, ${CLIENTS} client processes`,
    `order → all ${GUARDS} answers durable: median ${ms(durable)}; bare broadcast with bare answers ${ms(answered(baseline))}; ratio ${(durable / answered(baseline)).toFixed(2)} (target ≤ 3); "contained" said in ${ours.filter(({ contained }) => contained).length} of ${ROUNDS} rounds when the last was answered`,
    `memory per idle guard: ${((memory.after - memory.before) / GUARDS).toFixed(1)} KiB resident (${(memory.before / 1024).toFixed(0)} → ${(memory.after / 1024).toFixed(0)} MiB); opened in ${ms(Math.max(...opened.map((one) => one.ms)))}, ${opened.reduce((sum, one) => sum + one.refused, 0)} told to come back`,
  ].join('\n'),
);
await Promise.all([...clients, bare].map((helper) => helper.kill()));
await stage.close();

/** What a guard is really told, so that the bare server sends as many bytes. */
async function exampleState() {
  const { haltId } = await stage.order({ kind: 'tool', tool: 'bench.tool' });
  const state = await stage.bot.api('GET', '/v1/halts');
  await stage.lift(haltId);
  return state;
}

function eventOf(epoch) {
  return `id: ${epoch}\nevent: state\ndata: ${JSON.stringify({ ...sample, epoch })}\n\n`;
}

function all(verb, inputOf = () => ({})) {
  return Promise.all(clients.map((client, index) => client.ask(verb, inputOf(index))));
}

function openAll(to) {
  return all('open', (index) => ({
    ...to,
    agentId: AGENT,
    count: Math.floor(GUARDS / CLIENTS),
    prefix: `bench-${index}`,
  }));
}

/** `act` answers with when it began. */
async function measure(act) {
  await all('arm');
  const collecting = all('collect');
  const startedAt = await act();
  const heard = await collecting;
  return {
    latencies: heard.flatMap(({ arrivedAt }) => arrivedAt.map((at) => at - startedAt)),
    durableMs: Math.max(...heard.map(({ durableAt }) => durableAt)) - startedAt,
  };
}

async function bareRounds(rounds) {
  await openAll({ port: BARE_PORT, token: 'none', acknowledge: true });
  const measured = [];
  for (let index = 1; index <= rounds; index += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    measured.push(await measure(() => bare.ask('broadcast', { text: eventOf(index) })));
  }
  await all('close');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return measured;
}

async function haltRound(index) {
  const orders = [];
  const measured = await measure(async () => {
    const startedAt = nowMs();
    orders.push(stage.order({ kind: 'tool', tool: `bench.tool.${index}` }));
    return startedAt;
  });
  const [{ haltId }] = await Promise.all(orders);
  const { halts } = await stage.status();
  const contained = halts.some((halt) => halt.haltId === haltId && halt.containedSeconds !== null);
  await measure(async () => (await stage.lift(haltId), nowMs()));
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { ...measured, contained };
}
