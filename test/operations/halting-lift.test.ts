import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import type { Deps } from '../../src/operations/deps.js';
import { PLANE_STREAM, readOrder } from '../../src/operations/halting/read-plane.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { createVerifier } from '../../src/guard/verify-snapshot.js';
import { person } from '../support/desk.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

const AGENT = { kind: 'agent', agentId: 'billing-agent' } as const;

const ask = (deps: Deps, userId = 'U0SRE1', haltId = 'H-1') =>
  requestLift(deps, { haltId, reason: 'the cause is fixed', actor: person(userId), person: userId });

const approve = (deps: Deps, digest: string, userId = 'U0SEC1', haltId = 'H-1') =>
  approveLift(deps, { haltId, digest, actor: person(userId), person: userId });

describe('a lift', () => {
  it('by two people is recorded, then told to the guards, signed and under a newer epoch', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps);

    const { digest } = await ask(deps);
    const { epoch } = await approve(deps, digest);

    const told = point.heard.at(-1);
    expect(epoch).toBe(2);
    expect(told).toMatchObject({ epoch: 2, halts: [] });
    expect(told && createVerifier(deps.plane.publicKey)(told)).toBe(true);
    expect((await readOrder(deps.store, 'H-1')).lifted).toMatchObject({
      by: 'U0SEC1',
      requestedBy: 'U0SRE1',
    });
  });

  it('leaves other halts in force', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps, { scope: AGENT });
    await halt(deps, { scope: { kind: 'tool', tool: 'stripe.refund' } });

    const { digest } = await ask(deps);
    await approve(deps, digest);

    expect(deps.plane.current().halts.map(({ id }) => id)).toEqual(['H-2']);
  });

  it('is not done by the one who asked for it', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);
    const { digest } = await ask(deps, 'U0SEC1');

    await expect(approve(deps, digest, 'U0SEC1')).rejects.toMatchObject({ code: 'same-person' });
    expect(deps.plane.current().halts).toHaveLength(1);
  });

  it('needs people: a token that stands for nobody is told so', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);
    const actor: Actor = { kind: 'token', id: 'bootstrap', roles: ['on-call-sre'], via: 'http' };

    await expect(
      requestLift(deps, { haltId: 'H-1', reason: 'fixed', actor, person: null }),
    ).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('stands for nobody'),
    });
  });

  it('cannot be approved by the owner, nor by somebody without a role', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps, { scope: AGENT });
    const { digest } = await ask(deps);

    await expect(approve(deps, digest, 'U0OWNER1')).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(approve(deps, digest, 'U0NOBODY')).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('is not done by two owners of the agent between themselves', async () => {
    const twoOwners = { owns: ['billing-agent'], roles: ['on-call-sre'] };
    const { deps } = await openPlaneDesk({
      directory: () => ({ membersOf: () => [], rolesOf: () => twoOwners }),
    });
    await halt(deps, { scope: AGENT });
    const { digest } = await ask(deps, 'U0OWNER1');

    await expect(approve(deps, digest, 'U0OWNER2')).rejects.toMatchObject({
      message: expect.stringContaining('both own'),
    });
  });

  it('expires when nobody approves in a quarter of an hour', async () => {
    const { deps, pass } = await openPlaneDesk();
    await halt(deps);
    const { digest } = await ask(deps);
    pass(15 * 60_000);

    await expect(approve(deps, digest)).rejects.toMatchObject({ code: 'expired' });
  });

  it('of something else than was asked for is refused', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);
    await ask(deps);

    await expect(approve(deps, 'f'.repeat(64))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('that nobody asked for is refused', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);

    await expect(approve(deps, 'f'.repeat(64))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is not done twice', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);
    const { digest } = await ask(deps);
    await approve(deps, digest);

    await expect(approve(deps, digest)).rejects.toMatchObject({ code: 'already-done' });
    await expect(ask(deps)).rejects.toMatchObject({ code: 'already-done' });
  });

  it('that cannot be recorded does not happen', async () => {
    const { deps, breakStore } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps);
    const { digest } = await ask(deps);
    breakStore(true);

    await expect(approve(deps, digest)).rejects.toMatchObject({ code: 'unavailable' });

    expect(point.heard.at(-1)?.halts).toHaveLength(1);
    expect(deps.plane.current().halts).toHaveLength(1);
  });

  it('asked for twice by the same person is one request, and by another it waits', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);

    const first = await ask(deps, 'U0SRE1');

    expect(await ask(deps, 'U0SRE1')).toEqual(first);
    await expect(ask(deps, 'U0SRE2')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('leaves a record of who was refused', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);
    const { digest } = await ask(deps, 'U0SEC1');
    await approve(deps, digest, 'U0SEC1').catch(() => undefined);

    const entries = await deps.store.readStream(PLANE_STREAM);

    expect(entries.at(-1)).toMatchObject({
      type: 'halt:refused',
      data: { what: 'lift-approve', by: 'U0SEC1', why: 'same-person' },
    });
  });
});

describe('halting wins', () => {
  it('when somebody halts the same agent after the lift was asked for', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps, { scope: AGENT });
    const { digest } = await ask(deps);
    await halt(deps);

    await expect(approve(deps, digest)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('H-2'),
    });
    await ask(deps);
    expect((await approve(deps, digest)).epoch).toBeGreaterThan(2);
  });

  it('when the same halt is ordered again while its lift is under way: that is a new order', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);
    const { digest } = await ask(deps);

    const [again] = await Promise.allSettled([halt(deps), approve(deps, digest)]);

    expect(again).toMatchObject({ status: 'fulfilled', value: { haltId: 'H-2', existed: false } });
    expect(deps.plane.current().halts.map(({ id }) => id)).toContain('H-2');
  });

  it('and a halt of other agents does not stand in the way', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps, { scope: AGENT });
    const { digest } = await ask(deps);
    await halt(deps, { scope: { kind: 'agent', agentId: 'support-agent' } });

    const { epoch } = await approve(deps, digest);

    expect(deps.plane.current()).toMatchObject({ epoch, halts: [{ id: 'H-2' }] });
  });
});

it('an order that overtakes a lift on its way out keeps every epoch newer than the one before', async () => {
  const { deps } = await openPlaneDesk();
  const point = await connect(deps);
  await halt(deps, { scope: AGENT });
  const { digest } = await ask(deps);

  const other = { kind: 'agent', agentId: 'support-agent' } as const;
  const [lifted] = await Promise.all([approve(deps, digest), halt(deps, { scope: other })]);

  const epochs = point.heard.map(({ epoch }) => epoch);
  expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
  expect(deps.plane.current().halts.map(({ id }) => id)).toEqual(['H-2']);
  expect(lifted.epoch).toBeGreaterThan(1);
});
