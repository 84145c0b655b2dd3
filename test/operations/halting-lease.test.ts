import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import { proofMs, HALT_TIMING } from '../../src/operations/halting/halt-timing.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import type { Store } from '../../src/store/types.js';
import { openByAlert } from '../support/desk.js';
import { eventually } from '../support/halting.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

const PROOF_MS = proofMs(HALT_TIMING);

it('proves within the thirty seconds that a silent guard has stopped', () => {
  expect(PROOF_MS + HALT_TIMING.ackPatienceMs + HALT_TIMING.heartbeatMs).toBeLessThan(30_000);
});

it.each(['gateway:edge:billing-agent', 'actuator:billing-agent:vendor-switch'])(
  'pitfall 17: takes no guard in under the name %s, for which it could then speak',
  async (name) => {
    const { deps } = await openPlaneDesk();

    await expect(connect(deps, name)).rejects.toThrow(/belongs to a gateway or an actuator/);
  },
);

describe('a point that has lost its stream', () => {
  it('is not counted as stopped one moment before its lease has provably run out', async () => {
    const { deps, pass } = await openPlaneDesk();
    const point = await connect(deps);
    await point.disconnect();
    await halt(deps);

    pass(PROOF_MS - 1);
    await settleContainment(deps);
    const before = await readOrder(deps.store, 'H-1');
    pass(1);
    await settleContainment(deps);
    const after = await readOrder(deps.store, 'H-1');

    expect(before.points[0]?.level).toBe('expected');
    expect(before.contained).toBeNull();
    expect(after.points[0]?.level).toBe('lease-expired');
    expect(after.contained).toMatchObject({ seconds: PROOF_MS / 1000, withinTarget: true });
  });

  it('counts from its last heartbeat, not from the end of its stream', async () => {
    const { deps, pass } = await openPlaneDesk();
    const point = await connect(deps);
    pass(60_000);
    point.renewed();
    pass(5_000);
    await point.disconnect();
    await halt(deps);

    pass(PROOF_MS - 5_000);
    await settleContainment(deps);

    expect((await readOrder(deps.store, 'H-1')).points[0]?.level).toBe('lease-expired');
  });

  it('is not expected by later orders once it is proven', async () => {
    const { deps, pass } = await openPlaneDesk();
    const point = await connect(deps);
    await point.disconnect();
    pass(PROOF_MS);
    await settleContainment(deps);

    expect((await halt(deps)).expected).toBe(0);
    expect((await deps.store.points()).map(({ state }) => state)).toEqual(['gone']);
  });
});

it('never calls a lease expired while a stream is open', async () => {
  const { deps, pass } = await openPlaneDesk();
  await connect(deps);
  await halt(deps);

  pass(10 * PROOF_MS);
  await settleContainment(deps);

  expect((await readOrder(deps.store, 'H-1')).points[0]?.level).toBe('expected');
});

it('a jump of the wall clock proves nothing', async () => {
  const { deps, clock } = await openPlaneDesk();
  const point = await connect(deps);
  await point.disconnect();
  await halt(deps);

  clock.advance(3_600_000);
  await settleContainment(deps);

  expect((await readOrder(deps.store, 'H-1')).contained).toBeNull();
});

it('after a restart the whole lease is waited for again: the process before may have renewed it until it died', async () => {
  const desk = await openPlaneDesk();
  await connect(desk.deps);
  await halt(desk.deps);
  let monotonicMs = 0;
  const plane = await createHaltPlane(desk.deps.store, { now: desk.deps.now, monotonic: () => monotonicMs });
  const deps = { ...desk.deps, plane };

  monotonicMs = PROOF_MS - 1;
  await settleContainment(deps);
  const before = await readOrder(deps.store, 'H-1');
  monotonicMs = PROOF_MS;
  await settleContainment(deps);

  expect(before.contained).toBeNull();
  expect((await readOrder(deps.store, 'H-1')).points[0]?.level).toBe('lease-expired');
});

it('a point that connects while an order is being written gets no state without it', async () => {
  const { deps } = await openPlaneDesk();
  let write: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (write = resolve));
  const slow: Store = { ...deps.store, transact: (work) => held.then(() => deps.store.transact(work)) };

  const ordered = halt({ ...deps, store: slow });
  await eventually(
    () => deps.plane.orders.isAnnouncing(),
    (announcing) => announcing,
  );
  const connecting = connect(deps);
  await sleep(50);
  write();
  const [{ expected }, point] = await Promise.all([ordered, connecting]);

  expect(expected).toBe(0);
  expect(point.heard.map(({ epoch }) => epoch)).toEqual([1]);
});

it('takes "contained" back when a silent point returns with work that still runs', async () => {
  const { deps, pass } = await openPlaneDesk();
  const incident = await openByAlert(deps);
  const point = await connect(deps);
  await point.disconnect();
  await halt(deps, { incident });
  pass(PROOF_MS);
  await settleContainment(deps);
  const presumed = (await readIncident(deps.store, incident)).incident.status;

  const back = await connect(deps);
  await back.say('enforced', {
    inflight: { aborted: [], uncancellable: ['wire-transfer'], completedAfter: [] },
  });
  const order = await readOrder(deps.store, 'H-1');
  const { incident: reopened } = await readIncident(deps.store, incident);
  await back.say('quiesced', {
    inflight: { aborted: [], uncancellable: [], completedAfter: ['wire-transfer'] },
  });

  expect(presumed).toBe('contained');
  expect(order.contained).toBeNull();
  expect(reopened).toMatchObject({ status: 'acknowledged', containedAt: null });
  expect((await readIncident(deps.store, incident)).incident.status).toBe('contained');
});
