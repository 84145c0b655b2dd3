/** Halting through the HTTP door, as `curl` would. */
import { describe, expect, it } from 'vitest';
import { Snapshot } from '../../src/core/halt.js';
import { createVerifier } from '../../src/guard/verify-snapshot.js';
import { readEvents, type ServerEvent } from '../../src/guard/read-events.js';
import { aTokenRow, eventually, openHaltDesk, QUICK, type HaltDesk } from '../support/halting.js';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(desk: HaltDesk, path: string, body?: object, token = desk.operateToken): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init =
    body === undefined
      ? { headers: { authorization: headers.authorization } }
      : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(desk.url + path, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const POINT = { agent: 'billing-agent', point: 'billing-1', instance: 'run-1' };

/** Reads the stream until it is cut, or until the test aborts it. */
async function listen(desk: HaltDesk, query: object = {}, token = desk.guardToken) {
  const cut = new AbortController();
  const url = `${desk.url}/v1/halts/stream?${new URLSearchParams({ ...query }).toString()}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: cut.signal });
  const events: ServerEvent[] = [];
  let ended = false;
  const reading = (async () => {
    if (response.body === null) return;
    for await (const event of readEvents(response.body)) events.push(event);
  })()
    .catch(() => undefined)
    .finally(() => (ended = true));
  return { response, events, hasEnded: () => ended, cut: () => (cut.abort(), reading) };
}

const parsed = ({ data }: ServerEvent): Record<string, unknown> =>
  JSON.parse(data) as Record<string, unknown>;

describe('POST /v1/halts', () => {
  it.each([
    ['an object', { scope: { kind: 'agent', agentId: 'billing-agent' } }],
    ['words', { scope: 'agent:billing-agent' }],
    ['members of the body', { kind: 'agent', agentId: 'billing-agent' }],
  ])('takes the scope as %s', async (_, scope) => {
    const desk = await openHaltDesk();

    const { status, body } = await ask(desk, '/v1/halts', { ...scope, reason: 'too many refunds' });

    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ haltId: 'H-1', epoch: 1, recorded: true, existed: false }),
    ]);
    expect(desk.deps.plane.current().halts[0]?.scope).toEqual({ kind: 'agent', agentId: 'billing-agent' });
  });

  it('answers 200 where the halt is in force already', async () => {
    const desk = await openHaltDesk();
    await ask(desk, '/v1/halts', { scope: 'all', reason: 'test' });

    expect(await ask(desk, '/v1/halts', { scope: 'all', reason: 'test' })).toMatchObject({
      status: 200,
      body: { existed: true },
    });
  });

  it.each([
    [{ scope: 'all' }, 400],
    [{ scope: 'all', reason: ' ' }, 400],
    [{ scope: 'everything', reason: 'x' }, 400],
    [{ scope: 'agent:', reason: 'x' }, 400],
    [{ scope: 'all', reason: 'x', mode: 'kill' }, 400],
    [{ scope: 'agent:biling-agent', reason: 'x' }, 404],
    [{ scope: 'all', reason: 'x', incident: 'INC-99' }, 404],
  ])('says what is wrong with %j', async (body, status) => {
    const desk = await openHaltDesk();

    const answer = await ask(desk, '/v1/halts', body);

    expect(answer.status).toBe(status);
    expect(answer.body['detail']).toEqual(expect.any(String));
    expect(desk.deps.plane.current().halts).toEqual([]);
  });

  it('is not for guards', async () => {
    const desk = await openHaltDesk();

    expect((await ask(desk, '/v1/halts', { scope: 'all', reason: 'x' }, desk.guardToken)).status).toBe(403);
  });
});

it('two people lift over HTTP, each with a token that stands for them', async () => {
  const desk = await openHaltDesk();
  const tokenOf = (person: string) =>
    aTokenRow(desk.deps, { scopes: ['operate'], roles: ['on-call-sre'], person });
  const [one, two] = [await tokenOf('U0SRE1'), await tokenOf('U0SRE2')];
  await ask(desk, '/v1/halts', { scope: 'all', reason: 'test' });

  const nobody = await ask(desk, '/v1/halts/H-1/lift', { action: 'request', reason: 'fixed' });
  const { body } = await ask(desk, '/v1/halts/h-1/lift', { action: 'request', reason: 'fixed' }, one);
  const alone = await ask(desk, '/v1/halts/H-1/lift', { action: 'approve', digest: body['digest'] }, one);
  const lifted = await ask(desk, '/v1/halts/H-1/lift', { action: 'approve', digest: body['digest'] }, two);

  expect(nobody.status).toBe(403);
  expect(alone).toMatchObject({ status: 403, body: { type: 'urn:haltline:problem:same-person' } });
  expect(lifted.status).toBe(200);
  expect(desk.deps.plane.current()).toMatchObject({ epoch: lifted.body['epoch'], halts: [] });
});

describe('GET /v1/halts', () => {
  it('answers with the signed state, and the key to check it with', async () => {
    const desk = await openHaltDesk();
    await desk.order();

    const snapshot = Snapshot.parse((await ask(desk, '/v1/halts')).body);
    const { body: key } = await ask(desk, '/v1/halts/key', undefined, desk.guardToken);

    expect(createVerifier(String(key['publicKey']))(snapshot)).toBe(true);
    expect(snapshot).toMatchObject({ epoch: 1, halts: [{ id: 'H-1' }] });
  });

  it('waits for something newer, and answers the moment it comes', async () => {
    const desk = await openHaltDesk();
    let answered = false;

    const waiting = ask(desk, '/v1/halts?since=0&wait=20').finally(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = answered;
    await desk.order();

    expect(before).toBe(false);
    expect((await waiting).body).toMatchObject({ epoch: 1 });
  });

  it('answers with the present state when nothing comes in time', async () => {
    const desk = await openHaltDesk();

    expect((await ask(desk, '/v1/halts?since=0&wait=0.05')).body).toMatchObject({ epoch: 0, halts: [] });
  });
});

describe('GET /v1/halts/stream', () => {
  it('begins with the whole state, then beats, with headers that no proxy may ignore', async () => {
    const desk = await openHaltDesk();
    const stream = await listen(desk, POINT);

    await eventually(
      () => stream.events.length,
      (count) => count >= 3,
    );
    await stream.cut();

    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.response.headers.get('cache-control')).toContain('no-transform');
    expect(stream.response.headers.get('x-accel-buffering')).toBe('no');
    const [state, ...beats] = stream.events.map((event) => ({ event: event.event, data: parsed(event) }));
    expect(state).toMatchObject({
      event: 'state',
      data: { epoch: 0, halts: [], connection: { at: expect.any(Number), leaseMs: QUICK.leaseMs } },
    });
    expect(beats[0]).toMatchObject({ event: 'heartbeat', data: { epoch: 0, at: expect.any(Number) } });
  });

  it('cuts a point that does not acknowledge a new order, so that its lease runs out and is proven', async () => {
    const desk = await openHaltDesk();
    const stream = await listen(desk, POINT);
    await eventually(
      () => stream.events.length,
      (count) => count >= 2,
    );

    const { haltId } = await desk.order();
    await eventually(
      () => stream.hasEnded(),
      (ended) => ended,
    );
    const beats = stream.events.slice(stream.events.findLastIndex(({ event }) => event === 'state') + 1);
    const order = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(beats).toEqual([]);
    expect(order.points[0]?.level).toBe('lease-expired');
    expect(order.contained?.seconds).toBeGreaterThanOrEqual(QUICK.leaseMs / 1000);
  });

  it('lets anybody with a token watch, without a lease and without being waited for', async () => {
    const desk = await openHaltDesk();
    const stream = await listen(desk, {}, desk.operateToken);

    const { expected } = await desk.order();
    await eventually(
      () => stream.events.length,
      (count) => count >= 3,
    );
    await new Promise((resolve) => setTimeout(resolve, QUICK.ackPatienceMs + 50));
    const ended = stream.hasEnded();
    await stream.cut();

    expect([expected, ended]).toEqual([0, false]);
  });

  it.each([
    [{ agent: 'billing-agent' }, 400],
    [{ ...POINT, epoch: '-1' }, 400],
  ])('refuses %j', async (query, status) => {
    const desk = await openHaltDesk();

    expect((await listen(desk, query)).response.status).toBe(status);
  });

  it('is no enforcement point for a token without the scope, nor for another agent', async () => {
    const desk = await openHaltDesk();
    const bound = await aTokenRow(desk.deps, { scopes: ['guard'], agentId: 'support-agent' });

    expect((await listen(desk, POINT, desk.operateToken)).response.status).toBe(403);
    expect((await listen(desk, POINT, bound)).response.status).toBe(403);
  });

  it('shouts when a guard holds a newer epoch than the control plane', async () => {
    const desk = await openHaltDesk();

    const stream = await listen(desk, { ...POINT, epoch: '7' });
    await stream.cut();

    expect(desk.logged.map(({ message }) => message)).toContainEqual(expect.stringContaining('newer epoch'));
  });
});

describe('POST /v1/acks', () => {
  it.each([[[]], [{}], [[{ pointId: 'p' }]], [[{ ...POINT, level: 'stopped' }]]])(
    'refuses %j',
    async (body) => {
      const desk = await openHaltDesk();

      expect((await ask(desk, '/v1/acks', body, desk.guardToken)).status).toBe(400);
    },
  );

  it('is not for operators', async () => {
    const desk = await openHaltDesk();

    expect((await ask(desk, '/v1/acks', [], desk.operateToken)).status).toBe(403);
  });
});

it('a marked point settles, over HTTP too', async () => {
  const desk = await openHaltDesk();
  const stream = await listen(desk, POINT);
  await desk.order();

  const { status } = await ask(desk, '/v1/halts/H-1/mark', {
    point: 'billing-1',
    reason: 'I pulled the plug',
  });
  const order = await desk.read('H-1');
  await stream.cut();

  expect(status).toBe(204);
  expect(order.points[0]).toMatchObject({ level: 'marked', markedBy: expect.any(String) });
});

it('the server stops with streams and polls open', async () => {
  const desk = await openHaltDesk();
  await listen(desk, POINT);
  const polling = ask(desk, '/v1/halts?since=0&wait=30');
  await new Promise((resolve) => setTimeout(resolve, 50));

  const before = performance.now();
  await desk.restart();

  expect(performance.now() - before).toBeLessThan(2_000);
  expect((await polling).status).toBe(200);
  expect((await desk.deps.store.points()).map(({ state }) => state)).toEqual(['disconnected']);
});
