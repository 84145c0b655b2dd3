/** The same agent behind a real Caddy with the configuration that ships. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withGateways } from '../support/gateways.js';
import { aTokenRow, eventually, openHaltDesk } from '../support/halting.js';
import { aServerBehind, findProgram } from '../support/nginx.js';
import { freePort } from '../support/processes.js';
import { askTwiceWhenReleased } from '../support/released-request.js';

const here = findProgram('caddy') !== undefined;
const story = here ? describe : describe.skip;

async function startCaddy({ haltline, behind, token }: { haltline: string; behind: number; token: string }) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'haltline-caddy-'));
  const text = readFileSync('clients/gateways/Caddyfile', 'utf8')
    .replace('127.0.0.1:8787', new URL(haltline).host)
    .replace('127.0.0.1:9000', `127.0.0.1:${behind}`)
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`);
  writeFileSync(join(folder, 'Caddyfile'), text);
  const env = { PATH: process.env['PATH'], HOME: folder, HALTLINE_GATEWAY_TOKEN: token };
  const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')];
  const child = spawn(findProgram('caddy') ?? 'caddy', args, { env, stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => void child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return `http://127.0.0.1:${port}`;
}

story(`behind Caddy${here ? '' : ' (skipped: there is no caddy on this machine)'}`, () => {
  it('an agent works, is refused with the order, cannot name itself, and nothing passes while Haltline is down', async () => {
    const desk = await openHaltDesk();
    const token = await aTokenRow(desk.deps, { name: 'edge', scopes: ['gateway'], agentId: 'billing-agent' });
    const behind = await aServerBehind();
    const url = await startCaddy({ haltline: desk.url, behind: behind.port, token });
    const ask = () =>
      fetch(url, {
        method: 'POST',
        body: 'x',
        headers: { 'x-halt-agent': 'support-agent', 'x-haltline-token': 'mine' },
      });
    const before = await eventually(
      () => ask().catch(() => undefined),
      (answer) => answer?.status === 200,
      10_000,
    );
    const { haltId } = await desk.order({ kind: 'agent', agentId: 'billing-agent' });
    const during = await ask();
    const passed = behind.seen.length;
    const back = desk.restart(400);
    const down = await eventually(
      () => ask(),
      ({ status }) => status !== 403,
    );
    await back;
    const up = await eventually(
      () => ask(),
      ({ status }) => status === 403,
    );

    expect([before?.status, during.status, during.headers.get('x-halt-id')]).toEqual([200, 403, haltId]);
    expect([down.status, up.status, behind.seen.length]).toEqual([502, 403, passed]);
  });

  it('an agent that calls its tool by another name is stopped by the order on the tool', async () => {
    const desk = await openHaltDesk();
    const token = await aTokenRow(desk.deps, { name: 'edge', scopes: ['gateway'], agentId: 'billing-agent' });
    const behind = await aServerBehind();
    const url = await startCaddy({ haltline: desk.url, behind: behind.port, token });
    const headers = {
      'x-halt-tool': 'email.send',
      'x-halt-class': 'customer-communication',
      'x-halt-action': 'act-2',
    };
    const ask = () => fetch(url, { headers });
    await eventually(
      () => ask().catch(() => undefined),
      (answer) => answer?.status === 200,
      10_000,
    );

    await desk.order({ kind: 'tool', tool: 'stripe.refund' });

    expect((await ask()).status).toBe(403);
  });

  it('what a person has released passes once, and what let it pass is for Haltline alone', async () => {
    const routes = [{ path: '/v1/refunds', methods: [], tool: 'stripe.refund', readOnly: false }];
    const desk = await openHaltDesk({ registry: withGateways({ routes }) });
    const token = await aTokenRow(desk.deps, { name: 'edge', scopes: ['gateway'], agentId: 'billing-agent' });
    const behind = await aServerBehind();
    const url = await startCaddy({ haltline: desk.url, behind: behind.port, token });
    await eventually(
      () => fetch(url).catch(() => undefined),
      (answer) => answer?.status === 200,
      10_000,
    );
    behind.seen.length = 0;

    const statuses = await askTwiceWhenReleased(desk, (headers) => fetch(`${url}/v1/refunds`, { headers }));

    expect(statuses).toEqual([200, 403]);
    expect(behind.seen.map(({ headers }) => headers['x-halt-release'])).toEqual([undefined]);
  });
});
