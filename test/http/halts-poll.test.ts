import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Snapshot } from '../../src/core/halt.js';
import { aTokenRow, eventually, openHaltDesk, QUICK, type HaltDesk } from '../support/halting.js';

const POINT = { agent: 'billing-agent', point: 'billing-1', instance: 'run-1' };
const Polled = Snapshot.extend({
  connection: z
    .object({ at: z.number(), heartbeatMs: z.number(), leaseMs: z.number(), nonce: z.string().optional() })
    .optional(),
});

async function poll(desk: HaltDesk, query: object = {}, token = desk.guardToken) {
  const search = new URLSearchParams({ ...POINT, ...query }).toString();
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${desk.url}/v1/halts?${search}`, { headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

/** What a client without a stream hears. */
async function hear(desk: HaltDesk, query: object = {}) {
  const { status, text } = await poll(desk, query);
  expect([status, text]).toEqual([200, expect.any(String)]);
  return Polled.parse(JSON.parse(text));
}

async function acknowledge(desk: HaltDesk, level: string) {
  const { epoch, planeId } = desk.deps.plane.current();
  const { agent: agentId, point: pointId, instance } = POINT;
  const headers = { authorization: `Bearer ${desk.guardToken}`, 'content-type': 'application/json' };
  const body = JSON.stringify([{ pointId, agentId, instance, planeId, epoch, level, inflight: {} }]);
  return fetch(`${desk.url}/v1/acks`, { method: 'POST', headers, body });
}

describe('a client that cannot stream', () => {
  it('gets the state with a lease that runs from its own sending, and no proxy may keep the answer', async () => {
    const desk = await openHaltDesk();

    const { headers } = await poll(desk);
    const { epoch, connection } = await hear(desk, { since: 0, wait: 0.2, nonce: 'n-1' });

    expect(headers.get('cache-control')).toBe('no-store, no-transform');
    expect({ epoch, ...connection }).toMatchObject({ epoch: 0, leaseMs: QUICK.leaseMs, nonce: 'n-1' });
    expect(connection?.at).toBeGreaterThanOrEqual(195);
  });

  it('is answered within half a lease, however long it would wait', async () => {
    const desk = await openHaltDesk();
    const sentMs = performance.now();

    const { connection } = await hear(desk, { since: 0, wait: 30 });

    expect(connection?.at).toBeLessThan(QUICK.leaseMs);
    expect(performance.now() - sentMs).toBeGreaterThanOrEqual(QUICK.leaseMs / 2 - 5);
  });

  it('is expected by an order, hears of it at once, and acknowledges it until it is contained', async () => {
    const desk = await openHaltDesk();
    await hear(desk);
    const waiting = hear(desk, { since: 0, wait: 0.3 });
    await sleep(50);

    const { haltId, expected } = await desk.order();
    const heard = await waiting;
    await acknowledge(desk, 'quiesced');

    expect([expected, heard.halts.map(({ id }) => id)]).toEqual([1, [haltId]]);
    expect((await desk.until(haltId, ({ contained }) => contained !== null)).points[0]?.level).toBe(
      'quiesced',
    );
  });

  it('keeps its lease by asking again with the epoch it holds', async () => {
    const desk = await openHaltDesk();
    await hear(desk);
    await desk.order();
    await hear(desk, { since: 0 });

    const { connection } = await hear(desk, { since: 1, wait: 0.05 });

    expect(connection).toBeDefined();
  });

  it('keeps its lease by acknowledging, also where it does not say what it holds', async () => {
    const desk = await openHaltDesk();
    await hear(desk);
    await desk.order();
    await hear(desk);
    await acknowledge(desk, 'enforced');

    expect((await hear(desk)).connection).toBeDefined();
  });

  it('gets no further lease while it does not hold what it was told, and is proven to have stopped', async () => {
    const desk = await openHaltDesk();
    await hear(desk);
    const { haltId } = await desk.order();
    await hear(desk, { since: 0 });

    const leases: boolean[] = [];
    const order = await eventually(
      async () => {
        leases.push((await hear(desk, { since: 0 })).connection !== undefined);
        return desk.until(haltId, () => true);
      },
      ({ points }) => points[0]?.level === 'lease-expired',
    );

    expect(leases).not.toContain(true);
    expect(order.points[0]?.settledAt).not.toBeNull();
  });

  it('believes nobody who claims an epoch that was never issued', async () => {
    const desk = await openHaltDesk();
    await hear(desk);
    await desk.order();
    await hear(desk, { since: 0 });

    expect((await hear(desk, { since: 99 })).connection).toBeUndefined();
  });

  it('that hangs up is not renewed: its lease runs out and that is proven', async () => {
    const desk = await openHaltDesk();
    await hear(desk);
    const lease = desk.deps.plane.leases.get('billing-1');
    const search = new URLSearchParams({ ...POINT, since: '0', wait: '20' }).toString();
    const asking = get(`${desk.url}/v1/halts?${search}`, {
      headers: { authorization: `Bearer ${desk.guardToken}` },
    });
    asking.on('error', () => undefined);
    await eventually(
      () => desk.deps.plane.leases.get('billing-1')?.connections,
      (open) => open === 1,
    );

    asking.destroy();
    const { haltId } = await desk.order();
    const order = await desk.until(haltId, ({ points }) => points[0]?.level === 'lease-expired');

    expect(order.contained).not.toBeNull();
    expect(lease?.renewedMs).toBeDefined();
    expect(desk.deps.plane.leases.get('billing-1')).toBeUndefined();
  });

  it('is expected by an order that a new process gives, without having come back', async () => {
    const desk = await openHaltDesk();
    await hear(desk);

    await desk.restart();
    const { expected } = await desk.order();

    expect(expected).toBe(1);
  });
});

describe('whoever is not that client', () => {
  it('cannot ask under its name while its lease may run', async () => {
    const desk = await openHaltDesk();
    await hear(desk);

    expect((await poll(desk, { instance: 'run-2' })).status).toBe(409);
  });

  it('cannot ask for an agent that its token does not speak for', async () => {
    const desk = await openHaltDesk();
    const token = await aTokenRow(desk.deps, { scopes: ['guard'], agentId: 'support-agent' });

    expect((await poll(desk, {}, token)).status).toBe(403);
  });

  it('says all three names, and has a token of a guard', async () => {
    const desk = await openHaltDesk();
    const token = await aTokenRow(desk.deps, { scopes: ['read'] });
    const headers = { authorization: `Bearer ${desk.guardToken}` };

    const half = await fetch(`${desk.url}/v1/halts?agent=billing-agent`, { headers });

    expect([half.status, (await poll(desk, {}, token)).status]).toEqual([400, 403]);
  });
});
