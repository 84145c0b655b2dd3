/** Many enforcement points at once: after a restart, while overloaded, and while orders and answers cross. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { isContained } from '../../src/core/containment.js';
import { DEFAULT_LIMITS } from '../../src/http/http-deps.js';
import { createHttpServer } from '../../src/http/server.js';
import { createLog } from '../../src/log.js';
import { HALT_TIMING } from '../../src/operations/halting/halt-timing.js';
import { recordOrder } from '../../src/operations/halting/record-order.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { aTokenRow, eventually, openHaltDesk, OPERATOR, type HaltDesk } from '../support/halting.js';

const MANY = 300;

/** A stream as any client might open one: what it has been told so far, and whether it is still open. */
function open({ url, guardToken }: Pick<HaltDesk, 'url' | 'guardToken'>, index: number) {
  const socket: Socket = connect(Number(new URL(url).port), '127.0.0.1');
  let told = '';
  socket.setEncoding('utf8').on('data', (text) => (told += String(text)));
  socket.on('error', () => undefined);
  const query = `agent=billing-agent&point=many-${index}&instance=many-${index}`;
  socket.write(
    `GET /v1/halts/stream?${query} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${guardToken}\r\n\r\n`,
  );
  onTestFinished(() => void socket.destroy());
  return { socket, told: () => told };
}

function openMany(desk: HaltDesk, count = MANY) {
  return Array.from({ length: count }, (_, index) => open(desk, index));
}

type Streams = ReturnType<typeof openMany>;

function untilTold(streams: Streams, text: string, withinMs = 10_000): Promise<unknown> {
  return eventually(
    () => streams.filter((stream) => stream.told().includes(text)).length,
    (count) => count === streams.length,
    withinMs,
  );
}

async function acknowledge(desk: HaltDesk, level: string): Promise<Response> {
  const { planeId, epoch } = desk.deps.plane.current();
  const statements = Array.from({ length: MANY }, (_, index) => ({
    pointId: `many-${index}`,
    agentId: 'billing-agent',
    instance: `many-${index}`,
    planeId,
    epoch,
    level,
    inflight: {},
  }));
  return fetch(`${desk.url}/v1/acks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${desk.guardToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(statements),
  });
}

it('pitfall 02: an order that was written and never broadcast is in force after the restart, for everybody', async () => {
  const desk = await openHaltDesk({ timing: HALT_TIMING });
  const guard = desk.guard();
  await guard.ready();
  const numbers = desk.deps.plane.orders.take();
  await recordOrder(
    desk.deps,
    {
      event: {
        type: 'halt:ordered',
        data: {
          ...numbers,
          scope: { kind: 'all' },
          mode: 'deny',
          orderedBy: 'tok_ops',
          at: desk.deps.now(),
          incident: null,
          originChannel: null,
          drill: false,
          rehearsal: false,
          breakGlass: false,
          reviewAt: null,
          clockStartedAt: desk.deps.now(),
          expected: [],
          uncovered: [],
          recordedLate: false,
        },
        private: { reason: 'it spends too much' },
      },
      actor: { ...OPERATOR, roles: [...OPERATOR.roles] },
    },
    false,
  );
  const before = guard.halts.length;

  await desk.restart();
  await eventually(
    () => guard.halts.length,
    (count) => count === 1,
    8_000,
  );

  expect(before).toBe(0);
  await expect(
    guard.run({ tool: 'stripe.refund', actionClass: 'external-api-call' }, () => true),
  ).rejects.toMatchObject({ haltId: numbers.haltId });
});

it('pitfall 20: everybody who comes back at once after a restart holds a lease again within the lease', async () => {
  const desk = await openHaltDesk({ timing: HALT_TIMING });
  await untilTold(openMany(desk), 'event: state');

  await desk.restart();
  const startedMs = performance.now();
  await untilTold(openMany(desk), 'event: state');

  expect(performance.now() - startedMs).toBeLessThan(HALT_TIMING.leaseMs);
  expect(desk.deps.plane.leases.all().filter(({ connections }) => connections > 0)).toHaveLength(MANY);
});

it('pitfall 20: tells newcomers to come back when it is overloaded, and evicts nobody who has a stream', async () => {
  const desk = await openHaltDesk({ timing: HALT_TIMING });
  const small = createHttpServer({
    deps: desk.deps,
    sources: new Map(),
    logger: createLog('silent'),
    bootstrapHash: null,
    version: '0.1.0',
    readiness: () => Promise.resolve({ ready: true, parts: {} }),
    limits: { ...DEFAULT_LIMITS, streams: 5 },
  });
  const url = await small.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => small.close());
  const guardToken = await aTokenRow(desk.deps, { scopes: ['guard'] });
  const streams = Array.from({ length: 5 }, (_, index) => open({ url, guardToken }, index));
  await untilTold(streams, 'event: state');

  const late = open({ url, guardToken }, 5);
  await untilTold([late], 'HTTP/1.1 503');
  await sleep(100);

  expect(late.told()).toMatch(/retry-after: [123]\r\n/i);
  expect(streams.map(({ socket }) => socket.readyState)).toEqual(Array(5).fill('open'));
});

it('pitfall 21: orders that follow each other into a flood of answers are each contained by an answer of their own', async () => {
  const desk = await openHaltDesk({ timing: HALT_TIMING });
  const streams = openMany(desk);
  await untilTold(streams, 'event: state');

  const first = await desk.order({ kind: 'tool', tool: 'a' });
  const flood = acknowledge(desk, 'quiesced');
  const second = await desk.order({ kind: 'tool', tool: 'b' });
  await flood;
  const { contained: early } = await readOrder(desk.deps.store, second.haltId);
  await Promise.all([acknowledge(desk, 'enforced'), acknowledge(desk, 'quiesced')]);
  await settleContainment(desk.deps);

  expect(early).toBeNull();
  expect(isContained(await readOrder(desk.deps.store, first.haltId))).toBe(true);
  expect(isContained(await readOrder(desk.deps.store, second.haltId))).toBe(true);
  await untilTold(streams, `"id":"${second.haltId}"`);
});

it('a client that speaks HTTP/1.0, as some proxies do, hears the events and no frames between them', async () => {
  const desk = await openHaltDesk({ timing: HALT_TIMING });
  const socket = connect(Number(new URL(desk.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let told = '';
  socket.setEncoding('utf8').on('data', (text) => (told += String(text)));
  socket.write(`GET /v1/halts/stream HTTP/1.0\r\nauthorization: Bearer ${desk.guardToken}\r\n\r\n`);
  await eventually(
    () => told,
    (text) => text.includes('event: state'),
  );

  await desk.order();
  await eventually(
    () => told,
    (text) => text.includes('"id":"H-1"'),
  );

  const [head = '', body = ''] = told.split('\r\n\r\n');
  expect(head).not.toMatch(/transfer-encoding/i);
  expect(body).not.toContain('\r');
  expect(body).toMatch(/^: open[^\n]*\nretry: 1000\n\nid: 0\nevent: state\ndata: /);
});
