/**
 * Claim: a halt reaches every guard about as fast as the machine can send it. 200 guards in one process; from
 * `POST /v1/halts` to the last guard refusing, against a bare Node server that writes the same snapshot to 200 SSE
 * connections and a client that parses it.
 */
import { createServer, get } from 'node:http';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard } from '../dist/src/guard/index.js';
import { startBot } from '../dist/src/sandbox/demo/bot.js';
import { manifestScopes } from '../dist/src/sandbox/demo/manifest-scopes.js';
import { PEOPLE } from '../dist/src/sandbox/demo/people.js';
import { createSandboxWorkspace } from '../dist/src/sandbox/slack/workspace.js';

const GUARDS = 200;
const ROUNDS = 9;
const token = 'bench-bootstrap-token-of-this-machine';

const workspace = await createSandboxWorkspace({
  users: PEOPLE,
  channels: [{ name: 'agent-incidents' }],
  scopes: manifestScopes(),
});
const bot = startBot({
  apiUrl: workspace.apiUrl,
  botToken: workspace.botToken,
  appToken: workspace.appToken,
  databasePath: join(mkdtempSync(join(tmpdir(), 'haltline-bench-')), 'bench.db'),
  port: 18799,
  bootstrapToken: token,
  announceChannel: 'agent-incidents',
});
await bot.ready();
const made = await bot.api('POST', '/v1/tokens', {
  name: 'bench',
  scopes: ['guard'],
  agentId: 'billing-agent',
});
const guards = Array.from({ length: GUARDS }, (_, index) =>
  createGuard({ url: bot.url, token: made.token, agentId: 'billing-agent', instance: `bench-${index}` }),
);
await Promise.all(guards.map((guard) => guard.ready()));

const bare = await bareBroadcast(GUARDS, JSON.stringify(await bot.api('GET', '/v1/halts')));
const ours = [];
const baseline = [];
for (let round = 0; round < ROUNDS; round += 1) {
  baseline.push(await bare.send());
  ours.push(await orderAndWait(round));
}
const ratios = ours.map((value, index) => value / baseline[index]);
console.log(
  `halt → ${GUARDS} guards refusing: median ${median(ours).toFixed(1)} ms; bare broadcast of the same bytes: median ${median(baseline).toFixed(1)} ms; ratio median ${median(ratios).toFixed(2)} (min ${Math.min(...ratios).toFixed(2)}, max ${Math.max(...ratios).toFixed(2)}), ${ROUNDS} rounds`,
);
await Promise.all(guards.map((guard) => guard.close()));
await bare.close();
await bot.child.stop();
await workspace.stop();

/** Each round halts another tool, so that every order is new; the guard is asked until it refuses. */
async function orderAndWait(round) {
  const tool = `bench.tool.${round}`;
  const startedAt = performance.now();
  const ordered = bot.api('POST', '/v1/halts', { scope: { kind: 'tool', tool }, reason: 'bench' });
  await Promise.all(guards.map((guard) => untilRefused(guard, tool)));
  const elapsed = performance.now() - startedAt;
  await ordered;
  return elapsed;
}

async function untilRefused(guard, tool) {
  for (;;) {
    const refused = await guard
      .run({ tool, actionClass: 'external-api-call' }, () => false)
      .catch(() => true);
    if (refused) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function bareBroadcast(connections, payload) {
  const open = [];
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    open.push(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  let waiting = 0;
  let arrived = () => undefined;
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise((resolve) => {
          get({ port, host: '127.0.0.1' }, (response) => {
            response.on('data', (chunk) => {
              JSON.parse(String(chunk).slice(6));
              waiting -= 1;
              if (waiting === 0) arrived();
            });
            resolve();
          });
        }),
    ),
  );
  return {
    send: () =>
      new Promise((resolve) => {
        const startedAt = performance.now();
        waiting = connections;
        arrived = () => resolve(performance.now() - startedAt);
        for (const response of open) response.write(`data: ${payload}\n\n`);
      }),
    close: () => {
      for (const response of open) response.end();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
