import { describe, expect, it } from 'vitest';
import { openDesk, MINUTE, openByAlert, surfaceNamed, person, type Desk } from '../support/desk.js';
import { attemptDigest } from '../../src/operations/quarantine/attempt-digest.js';
import { claimAttempt } from '../../src/operations/quarantine/claim-attempt.js';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import type { Deps } from '../../src/operations/deps.js';
import { expireAttempts } from '../../src/operations/quarantine/expire-attempts.js';
import { holdAttempt } from '../../src/operations/quarantine/hold-attempt.js';
import { listStatus } from '../../src/operations/halting/list-status.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { releaseAttempt } from '../../src/operations/quarantine/release-attempt.js';
import type { Transaction } from '../../src/store/types.js';
import { GUARD, halt } from '../support/plane.js';
import { lift, order, REFUND, REFUNDS, reject, release } from '../support/quarantine.js';

const ATTEMPT = { ...REFUND, agentId: 'billing-agent', actionId: 'act-1' };
const PARAMETERS = { amount: 10, customer: 'cus_1' };

async function hold(deps: Deps, actionId = 'act-1') {
  const attempt = { ...ATTEMPT, actionId };
  const held = await holdAttempt(deps, { attempt, parameters: PARAMETERS, actor: GUARD, boundTo: null });
  if (held.kind !== 'item') throw new Error('no order holds it');
  return held.item;
}

async function withItem(): Promise<Desk & { item: Awaited<ReturnType<typeof hold>> }> {
  const desk = await openDesk();
  await order(desk.deps, 'hold');
  return { ...desk, item: await hold(desk.deps) };
}

const claim = (deps: Deps, claimId = 'run-1') =>
  claimAttempt(deps, {
    id: 'Q-1',
    digest: attemptDigest(ATTEMPT, PARAMETERS),
    claimId,
    actor: GUARD,
    boundTo: null,
  });

const stateOf = async (deps: Deps, id = 'Q-1') => (await deps.store.heldAttempt(id))?.state;

describe('what the journal keeps of a held attempt', () => {
  it('has the parameters in the body that can be erased, and nowhere else', async () => {
    const { deps } = await withItem();

    const [entry] = await deps.store.readStream('quarantine:Q-1');

    expect(entry).toMatchObject({ type: 'attempt:held', private: { parameters: PARAMETERS } });
    expect(JSON.stringify(entry?.data)).not.toMatch(/amount|cus_1/);
    expect((await deps.store.verify()).broken).toBeNull();
  });

  it('tells who released it, what became of it, and every second use once', async () => {
    const { deps, item } = await withItem();
    await release(deps, item);
    await claim(deps);
    for (const again of ['run-2', 'run-3']) await claim(deps, again);

    const entries = await deps.store.readStream('quarantine:Q-1');

    expect(entries.map(({ type, data }) => [type, data])).toMatchObject([
      ['attempt:held', { haltId: 'H-1' }],
      ['attempt:released', { by: 'U0SRE1', holds: ['H-1'], expiresAt: '2026-11-20T03:27:00.000Z' }],
      ['attempt:used', { claimId: 'run-1' }],
      ['attempt:refused', { why: 'used' }],
    ]);
  });
});

describe('a release', () => {
  it('runs out after a quarter of an hour, and asking again begins anew', async () => {
    const { deps, clock, item } = await withItem();
    await release(deps, item);
    clock.advance(15 * MINUTE);

    expect(await claim(deps)).toMatchObject({ kind: 'refuse', why: 'expired' });
    expect(await stateOf(deps)).toBe('expired');
    expect(await hold(deps)).toMatchObject({ id: 'Q-2', state: 'held' });
  });

  it('is ended by the clock also where nobody asks', async () => {
    const { deps, clock, item } = await withItem();
    await release(deps, item);
    clock.advance(14 * MINUTE);
    expect(await expireAttempts(deps)).toBe(0);
    clock.advance(MINUTE);

    expect(await expireAttempts(deps)).toBe(1);
    expect(await stateOf(deps)).toBe('expired');
  });

  it('is ended by a halt that denies it, while what is undecided goes on waiting', async () => {
    const { deps, item } = await withItem();
    await hold(deps, 'act-2');
    await release(deps, item);
    await order(deps, 'deny', { kind: 'agent', agentId: 'billing-agent' });

    await expireAttempts(deps);

    expect([await stateOf(deps, 'Q-1'), await stateOf(deps, 'Q-2')]).toEqual(['refused', 'held']);
  });

  it('runs nothing where a halt comes while its taking up is being written, and is spent all the same', async () => {
    const { deps, item } = await withItem();
    await release(deps, item);
    const halting = <T>(work: (tx: Transaction) => Promise<T>) =>
      deps.store.transact(work).then(async (taken) => {
        await halt(deps);
        return taken;
      });

    const claimed = await claim({ ...deps, store: { ...deps.store, transact: halting } });

    expect(claimed).toMatchObject({ kind: 'refuse', why: 'halted', haltId: 'H-2' });
    expect(await stateOf(deps)).toBe('used');
  });

  it('does not survive a halt across a restart either', async () => {
    const { deps, clock, item } = await withItem();
    await release(deps, item);
    await order(deps, 'deny', { kind: 'tool', tool: 'stripe.refund' });
    const later = { ...deps, plane: await createHaltPlane(deps.store, { now: clock.now }) };

    expect(await claim(later)).toMatchObject({ kind: 'refuse', why: 'halted', haltId: 'H-2' });
  });

  it('survives an order for somebody else', async () => {
    const { deps, item } = await withItem();
    await release(deps, item);
    await order(deps, 'deny', { kind: 'tool', tool: 'email.send' });

    expect(await claim(deps)).toMatchObject({ kind: 'run', holds: ['H-1'] });
  });

  it('is for responders: a passer-by is refused, and that is journaled', async () => {
    const { deps, item } = await withItem();
    const guest = { id: item.id, digest: item.digest, actor: person('U0GUEST1'), person: 'U0GUEST1' };

    await expect(releaseAttempt(deps, guest)).rejects.toMatchObject({ code: 'not-allowed' });

    const entries = await deps.store.readStream('plane');
    expect(entries.at(-1)).toMatchObject({
      type: 'halt:refused',
      data: { what: 'quarantine-release', by: 'U0GUEST1' },
    });
    expect(await stateOf(deps)).toBe('held');
  });

  it('may be given by the owner of that agent, and not by the owner of another', async () => {
    const { deps, item } = await withItem();
    const by = (userId: string) =>
      releaseAttempt(deps, { id: item.id, digest: item.digest, actor: person(userId), person: userId });

    await expect(by('U0OWNER2')).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await by('U0OWNER1')).toMatchObject({ state: 'released' });
  });
});

describe('when the order is lifted', () => {
  it('runs nothing: everything that waits is told to ask again, however much it is', async () => {
    const { deps } = await withItem();
    for (let number = 2; number <= 250; number += 1) await hold(deps, `act-${number}`);
    await lift(deps, 'H-1');

    expect(await expireAttempts(deps)).toBe(250);
    expect(await deps.store.countHeldAttempts({})).toEqual({ refused: 250 });
    expect(
      await holdAttempt(deps, { attempt: ATTEMPT, parameters: PARAMETERS, actor: GUARD, boundTo: null }),
    ).toMatchObject({ kind: 'not-held', verdict: 'allow' });
  });

  it('cannot be released any more', async () => {
    const { deps, item } = await withItem();
    await lift(deps, 'H-1');

    await expect(release(deps, item)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('ask again'),
    });
  });
});

describe('where it is shown', () => {
  it('is one list per order, where incidents are announced', async () => {
    const { deps } = await withItem();
    const first = await surfaceNamed(deps, 'quarantine:H-1');
    await hold(deps, 'act-2');

    const second = await surfaceNamed(deps, 'quarantine:H-1');

    expect(first).toMatchObject({ kind: 'quarantine', lane: 'halt', target: 'C0ANNOUNCE' });
    expect(second.wantedVersion).toBe(first.wantedVersion + 1);
  });

  it('has the board count again each time that something more waits', async () => {
    const { deps } = await withItem();
    const before = (await surfaceNamed(deps, 'halt-board')).wantedVersion;

    await hold(deps, 'act-2');

    expect((await surfaceNamed(deps, 'halt-board')).wantedVersion).toBeGreaterThan(before);
  });

  it('is where the order was given, or in its incident', async () => {
    const { deps } = await openDesk();
    const incident = await openByAlert(deps);
    await orderHalt(deps, {
      scope: REFUNDS,
      mode: 'hold',
      reason: 'refunds look wrong',
      incident,
      originChannel: 'C0SOMEWHERE',
      actor: person('U0SRE1'),
    });
    await hold(deps);

    expect(await surfaceNamed(deps, 'quarantine:H-1')).toMatchObject({ incident, target: 'C0SOMEWHERE' });
  });

  it('is counted in the status of its order, and of no other', async () => {
    const { deps, item } = await withItem();
    await hold(deps, 'act-2');
    await release(deps, item);
    await halt(deps, { scope: { kind: 'tool', tool: 'email.send' } });

    const { halts } = await listStatus(deps);

    expect(halts.map(({ haltId, held }) => [haltId, held])).toEqual([
      ['H-1', { waiting: 1, released: 1 }],
      ['H-2', undefined],
    ]);
  });
});

it('a rejection is final: asking again gets the same answer', async () => {
  const { deps, item } = await withItem();
  await reject(deps, item, 'never');

  expect(await hold(deps)).toMatchObject({ id: 'Q-1', state: 'rejected', rejection: { reason: 'never' } });
  expect(await claim(deps)).toMatchObject({ kind: 'refuse', why: 'rejected' });
});
