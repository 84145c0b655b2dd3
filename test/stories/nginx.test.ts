/** An agent that nobody changed, behind a real nginx with the configuration that ships. */
import { describe, expect, it } from 'vitest';
import { withGateways } from '../support/gateways.js';
import { aTokenRow, eventually, openHaltDesk, type HaltDesk } from '../support/halting.js';
import { aServerBehind, findProgram, startNginx, startShippedNginx } from '../support/nginx.js';
import { freePort } from '../support/processes.js';
import { askTwiceWhenReleased } from '../support/released-request.js';

const REASON = 'there is no nginx on this machine (apt-get install nginx-light)';
const here = findProgram('nginx') !== undefined || process.env['CI'] !== undefined;
const story = here ? describe : describe.skip;

const REFUND = { method: 'POST', body: 'amount=100' };

async function openGate(change?: (text: string) => string) {
  const routes = [{ path: '/v1/refunds', methods: ['POST'], tool: 'stripe.refund', readOnly: false }];
  const desk = await openHaltDesk({ registry: withGateways({ routes }) });
  const token = await aTokenRow(desk.deps, { name: 'edge', scopes: ['gateway'], agentId: 'billing-agent' });
  const behind = await aServerBehind();
  const url = await startShippedNginx({
    haltline: desk.url,
    behind: behind.port,
    token,
    ...(change && { change }),
  });
  await eventually(
    () => fetch(url),
    ({ status }) => status === 200,
  );
  behind.seen.length = 0;
  return { desk, behind, ask: (path = '/v1/refunds', init: RequestInit = REFUND) => fetch(url + path, init) };
}

const lift = (desk: HaltDesk): unknown =>
  desk.deps.plane.publish({ epoch: desk.deps.plane.current().epoch + 1, halts: [] });

story(`behind nginx${here ? '' : ` (skipped: ${REASON})`}`, () => {
  it('an agent works until it is halted, is refused with the order, and works again once it is lifted', async () => {
    const { desk, behind, ask } = await openGate();
    const before = await ask();
    await desk.order({ kind: 'agent', agentId: 'billing-agent' });
    const during = await ask();
    lift(desk);
    const after = await ask();

    expect([before.status, during.status, after.status]).toEqual([200, 403, 200]);
    expect(Object.fromEntries(during.headers)).toMatchObject({
      'x-halt-epoch': '1',
      'x-halt-id': 'H-1',
      'x-halt-reason': 'it spends too much',
      'cache-control': 'no-store',
    });
    expect(behind.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/refunds',
      'POST /v1/refunds',
    ]);
  });

  it('an order on one tool stops the addresses that stand for it, and every address that stands for none', async () => {
    const { desk, ask } = await openGate();
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });
    const refund = await ask('/v1/refunds?x=1');
    const unknown = await ask('/v1/charges');
    lift(desk);
    await desk.order({ kind: 'tool', tool: 'email.send' });
    const other = await ask('/v1/refunds');

    expect([refund, unknown, other].map(({ status }) => status)).toEqual([403, 403, 200]);
  });

  it('the agent cannot name itself, its tool or its address', async () => {
    const { desk, ask } = await openGate();
    await desk.order({ kind: 'agent', agentId: 'billing-agent' });

    const headers = {
      'x-halt-agent': 'support-agent',
      'x-agent-id': 'support-agent',
      'x-original-uri': '/other',
      'x-forwarded-method': 'GET',
      'x-halt-read-only': 'true',
      'x-haltline-token': 'mine',
      authorization: 'Bearer mine',
    };

    expect((await ask('/v1/refunds', { ...REFUND, headers })).status).toBe(403);
  });

  it('an agent that calls its tool by another name is stopped by the order on the tool', async () => {
    const { desk, behind, ask } = await openGate();
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });
    await desk.order({ kind: 'action', actionId: 'act-1' });
    const lies = {
      'x-halt-tool': 'email.send',
      'x-halt-class': 'customer-communication',
      'x-halt-action': 'act-2',
    };

    const listed = await ask('/v1/refunds', { ...REFUND, headers: lies });
    const unlisted = await ask('/v1/charges', { ...REFUND, headers: lies });

    expect([listed.status, unlisted.status, behind.seen.length]).toEqual([403, 403, 0]);
  });

  it('of a hundred requests at once all are refused, and none reaches the server behind', async () => {
    const { desk, behind, ask } = await openGate();
    await desk.order();

    const answers = await Promise.all(Array.from({ length: 100 }, () => ask()));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
    expect(behind.seen).toEqual([]);
  });

  it('of a hundred requests at once all pass while nothing is halted', async () => {
    const { behind, ask } = await openGate();

    const answers = await Promise.all(Array.from({ length: 100 }, () => ask()));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(behind.seen).toHaveLength(100);
  });

  it('nothing passes while Haltline is down, and everything is as ordered when it is back', async () => {
    const { desk, behind, ask } = await openGate();

    const back = desk.restart(400);
    const down = await eventually(
      () => ask(),
      ({ status }) => status !== 200,
    );
    const passed = behind.seen.length;
    const stillDown = await ask();
    await back;
    const up = await eventually(
      () => ask(),
      ({ status }) => status === 200,
    );

    expect([down.status, stillDown.status, up.status]).toEqual([503, 503, 200]);
    expect(down.headers.get('x-halt-reason')).toBe('Haltline did not answer');
    expect(behind.seen).toHaveLength(passed + 1);
  });

  it('what a person has released passes once, and what let it pass is for Haltline alone', async () => {
    const { desk, behind, ask } = await openGate();

    const statuses = await askTwiceWhenReleased(desk, (headers) =>
      ask('/v1/refunds', { ...REFUND, headers }),
    );

    expect(statuses).toEqual([200, 403]);
    expect(behind.seen.map(({ headers }) => headers['x-halt-release'])).toEqual([undefined]);
  });

  it('pitfall 06: a cache that somebody switched on does not keep an answer that allowed', async () => {
    const { desk, ask } = await openGate((text) =>
      text
        .replace('http {', 'http { proxy_cache_path cache keys_zone=answers:1m;')
        .replace('proxy_cache off;', 'proxy_cache answers; proxy_cache_key $uri; proxy_cache_valid any 10m;'),
    );
    const before = await ask();
    await desk.order();

    expect([before.status, (await ask()).status]).toEqual([200, 403]);
  });

  it('pitfall 06: a guard hears of a halt through a proxy that buffers and caches', async () => {
    const desk = await openHaltDesk();
    const port = await freePort();
    const url = await startNginx({
      port,
      text: `events {} http { proxy_cache_path cache keys_zone=answers:1m; server { listen 127.0.0.1:${port}; location / {
        proxy_pass ${desk.url}; proxy_buffering on; proxy_cache answers; proxy_cache_key $uri; proxy_cache_valid any 10m;
      } } }`,
    });
    const guard = desk.guard({ url });
    await guard.ready();

    const { haltId } = await desk.order();
    const order = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(order.points.map(({ level }) => level)).toEqual(['quiesced']);
  });
});
