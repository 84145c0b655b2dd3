import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkGuard } from '../../src/guard/index.js';
import { aTokenRow, eventually, openHaltDesk } from '../support/halting.js';
import { listening } from '../support/listening.js';
import { openTelemetryDesk } from '../support/telemetry-desk.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'external-api-call' };
const WRITE = { tool: 'db.orders.write', actionClass: 'database-write' };

async function asking() {
  const desk = await openHaltDesk();
  const token = await aTokenRow(desk.deps, { scopes: ['guard'], agentId: 'billing-agent', name: 'lambda' });
  const post = async (body: object): Promise<{ status: number; answer: Record<string, unknown> }> => {
    const response = await fetch(`${desk.url}/v1/check`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const guard = checkGuard({ url: desk.url, token, agentId: 'billing-agent' });
  return { desk, guard, post };
}

describe('an agent that asks before each action', () => {
  it('acts while nothing is halted, and is refused from the very moment of the order', async () => {
    const { desk, guard } = await asking();

    const before = await guard.run(REFUND, ({ actionId }) => actionId);
    const { haltId } = await desk.order();

    expect(before).toMatch(/^[0-9a-f-]{36}$/);
    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({
      refusal: 'deny',
      haltId,
      reason: 'it spends too much',
      scope: { kind: 'all' },
      mode: 'deny',
    });
  });

  it('goes on with what the order does not cover', async () => {
    const { desk, guard } = await asking();
    await desk.order({ kind: 'class', actionClass: 'database-write' });

    await expect(guard.run(REFUND, () => 'refunded')).resolves.toBe('refunded');
    await expect(guard.run(WRITE, () => 'written')).rejects.toMatchObject({ refusal: 'deny' });
  });

  it('does not get past an order by giving a tool another class than the registry does', async () => {
    const { desk, guard } = await asking();
    await desk.order({ kind: 'class', actionClass: 'database-write' });

    const hidden = guard.run({ ...WRITE, actionClass: 'external-api-call' }, () => 'written');

    await expect(hidden).rejects.toMatchObject({ refusal: 'deny' });
  });

  it('is expected by the next order, and never called quiesced where nobody declared how long it may run', async () => {
    const { desk, guard } = await asking();
    await guard.run(REFUND, () => 'done');

    const { haltId } = await desk.order();
    const order = await desk.read(haltId);

    expect(order.points).toMatchObject([
      { pointId: 'gateway:lambda:billing-agent', kind: 'gateway', agentId: 'billing-agent' },
    ]);
    expect(order.contained).toBeNull();
  });

  it('is refused where it says it is another agent than its token speaks for', async () => {
    const { post } = await asking();

    expect((await post({ ...REFUND, agentId: 'support-agent' })).status).toBe(403);
  });

  it('is stopped by any order where it does not say what it is about to do', async () => {
    const { desk, post } = await asking();
    await desk.order({ kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' });

    expect((await post({})).answer).toMatchObject({ verdict: 'deny' });
  });

  it('has its action told to stop when it takes too long', async () => {
    const { desk } = await asking();
    const guard = checkGuard({
      url: desk.url,
      token: desk.guardToken,
      agentId: 'billing-agent',
      maxActionMs: 20,
    });

    const stopped = guard.run(
      REFUND,
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );

    await expect(stopped).rejects.toThrow('longer than 20 ms');
  });
});

describe('a check that is not answered beyond doubt refuses', () => {
  const guardOf = (url: string) =>
    checkGuard({ url, token: 'none', agentId: 'billing-agent', timeoutMs: 200 });

  it.each<[string, RequestListener]>([
    ['by silence', () => undefined],
    ['by an error', (_request, response) => void response.writeHead(503).end()],
    ['by a login page', (_request, response) => void response.writeHead(200).end('<h1>Log in</h1>')],
    ['by an empty answer', (_request, response) => void response.writeHead(200).end()],
    [
      'by an answer that a cache kept',
      (_request, response) =>
        void response.writeHead(200).end(JSON.stringify({ verdict: 'allow', epoch: 3, nonce: 'of another' })),
    ],
  ])('%s', async (_how, listener) => {
    const guard = guardOf(await listening(listener));

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({
      refusal: 'unanswered',
      haltId: null,
    });
  });

  it('where nobody listens', async () => {
    await expect(guardOf('http://127.0.0.1:1').run(REFUND, () => 'spent')).rejects.toMatchObject({
      refusal: 'unanswered',
    });
  });
});

describe('what an agent that asks before each action tells of itself', () => {
  async function told() {
    const { telemetry, trace } = await openTelemetryDesk();
    const desk = await openHaltDesk({ telemetry });
    const guard = checkGuard({ url: desk.url, token: desk.guardToken, agentId: 'billing-agent' });
    const look = (actionId: string) =>
      eventually(
        () => trace(actionId),
        (read) => read !== undefined,
      );
    return { desk, guard, look };
  }

  it('is each question and what was said to it, without the agent doing anything for it', async () => {
    const { desk, guard, look } = await told();

    const allowed = await guard.run(REFUND, ({ actionId }) => actionId);
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });
    await guard.run({ ...REFUND, actionId: 'act-denied' }, () => 1).catch(() => undefined);

    expect(await look(allowed)).toMatchObject({
      ...REFUND,
      agentId: 'billing-agent',
      check: { verdict: 'allow' },
    });
    expect(await look('act-denied')).toMatchObject({ check: { verdict: 'deny' }, outcome: 'denied' });
  });

  it('is what it wrote for people and how they looked at it, taken before the agent goes on', async () => {
    const { guard, look } = await told();
    const presentedAt = new Date('2026-11-20T03:00:00Z');

    const wrote = await guard.artifact({ actionId: 'act-1', visibility: 'customer', tool: 'email.send' });
    const looked = await guard.reviewed({ actionId: 'act-1', presentedAt, reviewer: 'U0SRE1' });

    expect([wrote, looked]).toEqual([true, true]);
    expect((await look('act-1'))?.reports).toMatchObject([
      { kind: 'artifact', customerVisible: true },
      { kind: 'review', review: { presentedAtMs: presentedAt.getTime(), reviewer: 'U0SRE1' } },
    ]);
  });

  it('is said not to be taken where nobody takes it, and fails nothing', async () => {
    const guard = checkGuard({ url: 'http://127.0.0.1:1', token: 'none', agentId: 'billing-agent' });

    expect(await guard.artifact({ actionId: 'act-1', visibility: 'customer' })).toBe(false);
    expect(await guard.reviewed({ actionId: 'act-1' })).toBe(false);
  });

  it('holds no parameters: they may be large, and nobody asked for them', async () => {
    const asked: string[] = [];
    const url = await listening((request, response) => {
      request.on('data', (bytes: Buffer) => asked.push(bytes.toString())).on('end', () => response.end());
    });
    const guard = checkGuard({ url, token: 'none', agentId: 'billing-agent' });

    await guard.run({ ...REFUND, parameters: { iban: 'DE89' } }, () => 1).catch(() => undefined);

    expect(asked.join('')).toContain('stripe.refund');
    expect(asked.join('')).not.toContain('DE89');
  });
});
