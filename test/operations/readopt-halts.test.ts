import { describe, expect, it } from 'vitest';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import type { Deps } from '../../src/operations/deps.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { readPlane } from '../../src/operations/halting/read-plane.js';
import { readoptHalts } from '../../src/operations/halting/readopt-halts.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { GUARD, halt, openPlaneDesk, SRE } from '../support/plane.js';

/** A control plane that gave an order it could not write, told its guards, and died. What it knew, and who came after. */
async function afterALostWrite() {
  const desk = await openPlaneDesk();
  desk.breakStore(true);
  await halt(desk.deps);
  const offered = desk.deps.plane.current();
  desk.breakStore(false);
  const plane = await createHaltPlane(desk.deps.store, { now: desk.deps.now });
  const deps: Deps = { ...desk.deps, plane };
  return { ...desk, deps, offered, offer: () => readoptHalts(deps, { offered, actor: GUARD }) };
}

describe('a halt that was lost with a failed write', () => {
  it('stands again when a guard hands it back, under an epoch that is newer than any', async () => {
    const { deps, offer, offered } = await afterALostWrite();
    const before = deps.plane.current();

    const { adopted, epoch } = await offer();

    expect([before.epoch, before.halts, offered.epoch]).toEqual([0, [], 1]);
    expect(epoch).toBeGreaterThan(offered.epoch);
    expect(deps.plane.current()).toMatchObject({
      epoch,
      halts: [{ id: adopted[0], scope: { kind: 'all' }, reason: 'it spends too much' }],
    });
    expect((await readPlane(deps.store)).orders.get(adopted[0] ?? '')).toMatchObject({ recordedLate: true });
  });

  it('is taken back once, however many guards hold it and whenever they come', async () => {
    const { deps, offer, offered } = await afterALostWrite();
    await Promise.all([offer(), offer(), offer()]);
    const restarted = await createHaltPlane(deps.store, { now: deps.now });

    await readoptHalts({ ...deps, plane: restarted }, { offered, actor: GUARD });

    expect((await readPlane(deps.store)).orders.size).toBe(1);
    expect(restarted.current().halts).toHaveLength(1);
  });

  it('is not taken back after two people have lifted it', async () => {
    const { deps, offer, offered } = await afterALostWrite();
    const { adopted } = await offer();
    await lift(deps, adopted[0] ?? '');
    const restarted = await createHaltPlane(deps.store, { now: deps.now });

    const again = await readoptHalts({ ...deps, plane: restarted }, { offered, actor: GUARD });

    expect(again.adopted).toEqual([]);
    expect(restarted.current().halts).toEqual([]);
  });

  it('stands beside another order that was given its number meanwhile', async () => {
    const { deps, offer } = await afterALostWrite();
    const other = await halt(deps, { scope: { kind: 'tool', tool: 'stripe.refund' } });

    const { adopted } = await offer();

    expect(other.haltId).toBe('H-1');
    expect(adopted).toEqual(['H-2']);
    expect(deps.plane.current().halts.map(({ scope }) => scope.kind)).toEqual(['tool', 'all']);
  });
});

describe('an offer', () => {
  it('that somebody else signed, or that was changed, is refused', async () => {
    const { deps, offered } = await afterALostWrite();
    const stranger = await openPlaneDesk();
    await halt(stranger.deps);
    const changed = { ...offered, epoch: 900 };

    for (const forged of [changed, stranger.deps.plane.current()])
      await expect(readoptHalts(deps, { offered: forged, actor: GUARD })).rejects.toMatchObject({
        code: 'not-allowed',
      });
    expect(deps.plane.current().halts).toEqual([]);
  });

  it('of an old state brings nothing back that was lifted since, and lifts nothing', async () => {
    const { deps } = await openPlaneDesk();
    const first = await halt(deps, { scope: { kind: 'tool', tool: 'stripe.refund' } });
    const old = deps.plane.current();
    await lift(deps, first.haltId);
    const second = await halt(deps, { scope: { kind: 'agent', agentId: 'billing-agent' } });

    const { adopted } = await readoptHalts(deps, { offered: old, actor: GUARD });

    expect(adopted).toEqual([]);
    expect(deps.plane.current().halts.map(({ id }) => id)).toEqual([second.haltId]);
  });

  it('pitfall 03: of a state that a restored backup does not know moves the epoch past it, with every order kept', async () => {
    const backup = await openPlaneDesk();
    const kept = await halt(backup.deps);
    const ahead = await createHaltPlane(backup.deps.store, { now: backup.deps.now });
    // The later process: it gives three more epochs, of which the backup knows nothing.
    ahead.publish({ epoch: 40, halts: [] });

    const { epoch, adopted } = await readoptHalts(backup.deps, {
      offered: ahead.current(),
      actor: GUARD,
    });

    expect(epoch).toBeGreaterThan(40);
    expect(adopted).toEqual([]);
    expect(backup.deps.plane.current().halts.map(({ id }) => id)).toEqual([kept.haltId]);
  });
});

async function lift(deps: Deps, haltId: string): Promise<void> {
  const asked = await requestLift(deps, {
    haltId,
    reason: 'understood',
    actor: { ...SRE, id: 'tok_1' },
    person: 'U0SRE1',
  });
  await approveLift(deps, {
    haltId,
    digest: asked.digest,
    actor: { ...SRE, id: 'tok_2', roles: ['incident-commander'] },
    person: 'U0IC1',
  });
}
