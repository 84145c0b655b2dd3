/** The quarantine through the HTTP door, as a guard in any language would use it. */
import { describe, expect, it } from 'vitest';
import { attemptDigest } from '../../src/operations/quarantine/attempt-digest.js';
import { aTokenRow, openHaltDesk, OPERATOR, type HaltDesk } from '../support/halting.js';
import { order, REFUND } from '../support/quarantine.js';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(desk: HaltDesk, path: string, body?: unknown, token = desk.guardToken): Promise<Answer> {
  const response = await fetch(`${desk.url}/v1/quarantine${path}`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { method: 'POST', body: textOf(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Deeper than our own serialiser would go. */
const RAW_DEPTH = 'RAW_DEPTH';
const textOf = (body: unknown): string =>
  JSON.stringify(body).replace(`"${RAW_DEPTH}"`, `${'['.repeat(200_000)}${']'.repeat(200_000)}`);

const ATTEMPT = { ...REFUND, agentId: 'billing-agent', actionId: 'act-1' };
const ASKED = { ...ATTEMPT, parameters: { amount: 10, apiToken: 'tok_1', email: 'ada@example.org' } };
const digest = attemptDigest(ATTEMPT, ASKED.parameters);

async function withItem(): Promise<HaltDesk> {
  const desk = await openHaltDesk();
  await order(desk.deps, 'hold');
  await ask(desk, '', ASKED);
  return desk;
}

const release = (desk: HaltDesk, body: object = { digest }): Promise<Answer> =>
  ask(desk, '/Q-1/release', body, desk.operateToken);

describe('POST /v1/quarantine', () => {
  it('holds an attempt once, however often it is asked for', async () => {
    const desk = await openHaltDesk();
    await order(desk.deps, 'hold');

    const [first, second] = [await ask(desk, '', ASKED), await ask(desk, '', ASKED)];

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.body).toMatchObject({ id: 'Q-1', state: 'held', digest, haltId: 'H-1' });
    expect(second.body).toEqual(first.body);
  });

  it('says so where nothing holds it, and where something denies it', async () => {
    const desk = await openHaltDesk();

    expect(await ask(desk, '', ASKED)).toMatchObject({
      status: 200,
      body: { state: 'not-held', verdict: 'allow' },
    });
    await order(desk.deps, 'hold');
    const { haltId } = await order(desk.deps, 'deny', { kind: 'all' });
    expect(await ask(desk, '', ASKED)).toMatchObject({
      body: { state: 'not-held', verdict: 'deny', haltId, reason: 'refunds look wrong' },
    });
  });

  it.each([
    ['no parameters', { ...ATTEMPT }, 400, 'shape'],
    ['no tool', { ...ASKED, tool: '' }, 400, 'shape'],
    ['too long ones', { ...ATTEMPT, parameters: 'x'.repeat(300_000) }, 400, 'at most 262144 can be held'],
    ['bottomless ones', { ...ATTEMPT, parameters: RAW_DEPTH }, 400, 'nested deeper'],
    ['a body beyond all limits', { ...ATTEMPT, parameters: 'x'.repeat(1_100_000) }, 413, '1 MiB'],
  ])('says what is wrong with %s, and keeps nothing', async (_, body, status, words) => {
    const desk = await openHaltDesk();
    await order(desk.deps, 'hold');

    const answer = await ask(desk, '', body);

    expect(answer.status).toBe(status);
    expect(answer.body['detail']).toContain(words);
    expect(await desk.deps.store.countHeldAttempts({})).toEqual({});
  });

  it('neither takes an attempt nor answers for another agent than the token’s own', async () => {
    const desk = await withItem();
    const other = await aTokenRow(desk.deps, { scopes: ['guard'], agentId: 'mail-agent' });

    expect((await ask(desk, '', ASKED, other)).status).toBe(403);
    expect((await ask(desk, '/Q-1', undefined, other)).status).toBe(403);
    await release(desk);
    expect((await ask(desk, '/Q-1/claim', { digest }, other)).status).toBe(403);
    expect(await desk.deps.store.heldAttempt('Q-1')).toMatchObject({ state: 'released' });
  });

  it('takes no more from one agent than people can decide, and says when there is room again', async () => {
    const desk = await withItem();
    const row = await desk.deps.store.heldAttempt('Q-1');
    if (row === undefined) throw new Error('it is held');
    await desk.deps.store.transact(async (tx) => {
      for (let number = 2; number <= 1_000; number += 1)
        await tx.putHeldAttempt({ ...row, id: `Q-${number}`, number, digest: String(number) });
    });

    const answer = await ask(desk, '', { ...ASKED, actionId: 'act-2' });

    expect(answer.status).toBe(503);
    expect(answer.body['detail']).toContain('1000 attempts of billing-agent wait already');
  });
});

describe('GET /v1/quarantine', () => {
  it('lists what waits without any parameters', async () => {
    const desk = await withItem();

    const { status, body } = await ask(desk, '', undefined, desk.operateToken);

    expect([status, body]).toMatchObject([200, { attempts: [{ id: 'Q-1', digest }], counts: { held: 1 } }]);
    expect(JSON.stringify(body)).not.toMatch(/tok_1|ada@|amount/);
  });

  it('shows one item to people with its secrets hidden, and to guards without its parameters', async () => {
    const desk = await withItem();

    const shown = await ask(desk, '/q-1', undefined, desk.operateToken);
    const own = await ask(desk, '/Q-1');

    expect(shown.body['parameters']).toEqual({ amount: 10, apiToken: '[hidden]', email: '[hidden]' });
    expect(own.body).not.toHaveProperty('parameters');
    expect((await ask(desk, '/Q-9')).status).toBe(404);
  });

  it('answers a waiting question as soon as a person has decided', async () => {
    const desk = await withItem();
    const since = performance.now();
    const question = ask(desk, '/Q-1?wait=20');

    await release(desk);

    expect((await question).body).toMatchObject({ state: 'released', decidedBy: expect.any(String) });
    expect(performance.now() - since).toBeLessThan(5_000);
  });

  it('answers as it is when the patience ends', async () => {
    const desk = await withItem();

    expect((await ask(desk, '/Q-1?wait=0.2')).body).toMatchObject({ state: 'held' });
    expect((await ask(desk, '/Q-1?wait=99')).status).toBe(400);
  });
});

describe('deciding', () => {
  it('needs the digest of what was shown, and tells once', async () => {
    const desk = await withItem();

    const wrong = await release(desk, { digest: 'f'.repeat(64) });
    const right = await release(desk);
    const again = await release(desk);

    expect([wrong.status, right.status, again.status]).toEqual([409, 200, 409]);
    expect(wrong.body['detail']).toContain('is not what you were shown');
    expect(again.body['detail']).toMatch(/was released by .* already/);
  });

  it('is for people: a guard’s token decides nothing', async () => {
    const desk = await withItem();

    expect((await ask(desk, '/Q-1/release', { digest })).status).toBe(403);
    expect((await ask(desk, '/Q-1/reject', { digest })).status).toBe(403);
  });

  it('is journaled where it is refused', async () => {
    const desk = await withItem();
    const legal = await aTokenRow(desk.deps, { scopes: ['operate'], roles: ['legal'] });

    const answer = await ask(desk, '/Q-1/release', { digest }, legal);

    expect(answer.status).toBe(403);
    const entries = await desk.deps.store.readStream('plane');
    expect(entries.at(-1)).toMatchObject({
      type: 'halt:refused',
      data: { what: 'quarantine-release', why: 'not-allowed' },
    });
  });

  it('takes a release back before it is taken up', async () => {
    const desk = await withItem();
    await release(desk);

    const taken = await ask(desk, '/Q-1/reject', { digest, reason: 'wrong customer' }, desk.operateToken);
    const claimed = await ask(desk, '/Q-1/claim', { digest });

    expect(taken.body).toMatchObject({ state: 'rejected', reason: 'wrong customer' });
    expect(claimed).toMatchObject({ status: 409, body: { why: 'rejected' } });
  });

  it('is refused while an order denies the attempt: it would run nothing', async () => {
    const desk = await withItem();
    const { haltId } = await order(desk.deps, 'deny', { kind: 'all' });

    const answer = await release(desk);

    expect(answer.status).toBe(409);
    expect(answer.body['detail']).toContain(`${haltId} denies it`);
    expect(OPERATOR.roles).toContain('on-call-sre');
  });
});

describe('POST /v1/quarantine/:id/claim', () => {
  it('answers 200 once, and the same run again', async () => {
    const desk = await withItem();
    const before = await ask(desk, '/Q-1/claim', { digest, claimId: 'run-1' });
    await release(desk);

    const first = await ask(desk, '/Q-1/claim', { digest, claimId: 'run-1' });
    const same = await ask(desk, '/Q-1/claim', { digest, claimId: 'run-1' });
    const other = await ask(desk, '/Q-1/claim', { digest, claimId: 'run-2' });

    expect(before).toMatchObject({ status: 409, body: { why: 'not-released' } });
    expect(first).toMatchObject({ status: 200, body: { run: true, holds: ['H-1'] } });
    expect(same).toEqual(first);
    expect(other).toMatchObject({ status: 409, body: { why: 'used' } });
  });

  it('refuses other parameters than those released, and spends the release', async () => {
    const desk = await withItem();
    await release(desk);

    const changed = await ask(desk, '/Q-1/claim', { digest: attemptDigest(ATTEMPT, { amount: 99 }) });
    const right = await ask(desk, '/Q-1/claim', { digest });

    expect([changed, right]).toMatchObject([
      { status: 409, body: { why: 'changed' } },
      { status: 409, body: { why: 'changed' } },
    ]);
  });

  it('lets the older of two released attempts of one tool go first while its agent waits', async () => {
    const desk = await withItem();
    const younger = { ...ASKED, actionId: 'act-2' };
    await ask(desk, '', younger);
    const second = attemptDigest({ ...ATTEMPT, actionId: 'act-2' }, ASKED.parameters);
    await release(desk);
    await ask(desk, '/Q-2/release', { digest: second }, desk.operateToken);

    const early = await ask(desk, '/Q-2/claim', { digest: second });
    await ask(desk, '/Q-1/claim', { digest });
    const now = await ask(desk, '/Q-2/claim', { digest: second });

    expect(early).toMatchObject({ status: 409, body: { behind: 'Q-1' } });
    expect(now.status).toBe(200);
  });

  it('holds nobody up for an agent that is gone', async () => {
    const desk = await withItem();
    await ask(desk, '', { ...ASKED, actionId: 'act-2' });
    const second = attemptDigest({ ...ATTEMPT, actionId: 'act-2' }, ASKED.parameters);
    await release(desk);
    await ask(desk, '/Q-2/release', { digest: second }, desk.operateToken);

    // Since this start nobody has asked for the older one.
    await desk.restart();

    // A connection from before may be closed just now.
    const claim = () => ask(desk, '/Q-2/claim', { digest: second });
    expect((await claim().catch(claim)).status).toBe(200);
  });
});
