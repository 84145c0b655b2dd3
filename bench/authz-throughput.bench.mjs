/**
 * Claim: asking `/v1/authz` costs little more than asking a bare Node HTTP server that always answers 200 with an
 * empty body. Requests per second of the same client process over the same number of connections, in turns, each
 * server in a process of its own; with nothing halted, and with ten orders in force that do not concern it.
 * SECONDS and ROUNDS by environment.
 */
import { median } from './support/figures.mjs';
import { startHelper } from './support/processes.mjs';
import { AGENT, openStage } from './support/stage.mjs';

const SECONDS = Number(process.env.SECONDS ?? 3);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const LOAD = { connections: 32, depth: 8, ms: SECONDS * 1000 };
const ORDERS = 10;
const [PORT, BARE_PORT] = [18_795, 18_796];

const stage = await openStage({ port: PORT });
const { token } = await stage.bot.api('POST', '/v1/tokens', { name: 'edge', scopes: ['gateway'] });
const bare = startHelper('bare-http.process.mjs');
const client = startHelper('asking.process.mjs');
await bare.ask('listen', { port: BARE_PORT });

const request = [
  'GET /v1/authz HTTP/1.1',
  'host: 127.0.0.1',
  `x-haltline-token: ${token}`,
  `x-halt-agent: ${AGENT}`,
  'x-halt-tool: stripe.refund',
  'x-original-uri: /v1/refunds',
  '\r\n',
].join('\r\n');
const ask = (port) => client.ask('ask', { ...LOAD, port, request });

await ask(BARE_PORT);
await ask(PORT);
const idle = await rounds();
for (let index = 0; index < ORDERS; index += 1)
  await stage.order({ kind: 'tool', tool: `bench.tool-${index}` });
// Slack hears of each order; that is not what is measured here.
await new Promise((resolve) => setTimeout(resolve, 10_000));
const ordered = await rounds();

print('nothing halted', idle);
print(`${ORDERS} orders in force on other tools`, ordered);
await Promise.all([bare.kill(), client.kill()]);
await stage.close();

async function rounds() {
  const results = [];
  for (let round = 0; round < ROUNDS; round += 1)
    results.push({ bare: await ask(BARE_PORT), ours: await ask(PORT) });
  return results;
}

function print(what, results) {
  const ours = median(results.map((round) => round.ours.perSecond));
  const base = median(results.map((round) => round.bare.perSecond));
  const ratio = median(results.map((round) => round.ours.perSecond / round.bare.perSecond));
  const other = results.reduce((sum, round) => sum + round.ours.other, 0);
  console.log(
    `/v1/authz, ${what}: ${ours.toFixed(0)} requests a second; bare server ${base.toFixed(0)}; ratio ${ratio.toFixed(2)} (target ≥ 0.6); ${other} not allowed; ${ROUNDS} rounds of ${SECONDS} s`,
  );
}
