import { describe, expect, it } from 'vitest';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { readOrder, readPlane, PLANE_STREAM } from '../../src/operations/halting/read-plane.js';
import { startDrill } from '../../src/operations/drills/start-drill.js';
import { confirmHarm } from '../../src/operations/halting/confirm-harm.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { openByAlert, person } from '../support/desk.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

describe('an order to halt', () => {
  it('is written down, and then told to every enforcement point with a signature', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);

    const result = await halt(deps);

    expect(result).toEqual({
      haltId: 'H-1',
      scope: { kind: 'all' },
      mode: 'deny',
      epoch: 1,
      expected: 1,
      uncovered: ['support-agent', 'catalogue-agent', 'platform-agent'],
      recorded: true,
      existed: false,
      drill: false,
      breakGlass: false,
      unlisted: null,
      beside: [],
    });
    expect(point.heard.at(-1)).toMatchObject({ epoch: 1, halts: [{ id: 'H-1', scope: { kind: 'all' } }] });
    expect(await readOrder(deps.store, 'H-1')).toMatchObject({
      epoch: 1,
      points: [{ pointId: 'billing-1', level: 'expected' }],
    });
  });

  it('expects only the points that it concerns', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps, 'billing-1', 'billing-agent');
    await connect(deps, 'support-1', 'support-agent');

    const { haltId } = await halt(deps, { scope: { kind: 'agent', agentId: 'support-agent' } });

    expect((await readOrder(deps.store, haltId)).points.map(({ pointId }) => pointId)).toEqual(['support-1']);
  });

  it('expects a point that has just lost its stream: it may act until its lease is out', async () => {
    const { deps, pass } = await openPlaneDesk();
    const point = await connect(deps);
    await point.disconnect();
    pass(9_000);

    expect((await halt(deps)).expected).toBe(1);
  });

  it('is one order when it is given twice', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps);

    const [first, second] = await Promise.all([halt(deps), halt(deps)]);

    expect([first.haltId, second.haltId]).toEqual(['H-1', 'H-1']);
    expect([first.existed, second.existed]).toEqual([false, true]);
    expect((await readPlane(deps.store)).orders.size).toBe(1);
  });

  it('gets an epoch of its own, also when several are given at once', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);

    const orders = await Promise.all(
      ['a', 'b', 'c'].map((tool) => halt(deps, { scope: { kind: 'tool', tool } })),
    );

    expect(orders.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(deps.plane.current()).toMatchObject({
      epoch: 3,
      halts: [{ id: 'H-1' }, { id: 'H-2' }, { id: 'H-3' }],
    });
    expect(point.heard.map(({ epoch }) => epoch)).toEqual(
      point.heard.map(({ epoch }) => epoch).toSorted((a, b) => a - b),
    );
  });

  it('is refused for an agent that nobody knows, and says which there are', async () => {
    const { deps } = await openPlaneDesk();

    await expect(halt(deps, { scope: { kind: 'agent', agentId: 'biling-agent' } })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('billing-agent'),
    });
  });

  it('stops an agent that only its guard knows', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps, 'stray-1', 'stray-agent');

    expect((await halt(deps, { scope: { kind: 'agent', agentId: 'stray-agent' } })).expected).toBe(1);
  });

  it('is refused to somebody without a role, and the refusal is on record', async () => {
    const { deps } = await openPlaneDesk();

    await expect(halt(deps, { actor: person('U0NOBODY') })).rejects.toMatchObject({ code: 'not-allowed' });

    const [entry] = await deps.store.readStream(PLANE_STREAM);
    expect(entry).toMatchObject({
      type: 'halt:refused',
      data: { what: 'halt', by: 'U0NOBODY', why: 'not-allowed' },
    });
    expect(deps.plane.current().halts).toEqual([]);
  });

  it('is refused to a token without roles', async () => {
    const { deps } = await openPlaneDesk();

    await expect(
      halt(deps, { actor: { kind: 'token', id: 't', roles: [], via: 'http' } }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('stays in force over a restart of the control plane', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps);

    const { createHaltPlane } = await import('../../src/operations/halting/create-halt-plane.js');
    const again = await createHaltPlane(deps.store, { now: deps.now });

    expect(again.current()).toMatchObject({
      epoch: 1,
      planeId: deps.plane.current().planeId,
      halts: [{ id: 'H-1' }],
    });
  });
});

describe('an order in an incident', () => {
  it('is linked to it, and its clock runs from confirmed harm', async () => {
    const { deps, pass } = await openPlaneDesk();
    const incident = await openByAlert(deps);
    await confirmHarm(deps, { incident, actor: person('U0SRE1') });
    const confirmedAt = deps.now();
    pass(4_000);

    const { haltId } = await halt(deps, { incident });

    expect((await readIncident(deps.store, incident)).incident.haltIds).toEqual([haltId]);
    expect((await readOrder(deps.store, haltId)).clockStartedAt).toBe(confirmedAt);
  });

  it('is shown in its channel, and elsewhere while there is none: a halt never waits for a channel', async () => {
    const { deps } = await openPlaneDesk();
    const incident = await openByAlert(deps);
    const { haltId } = await halt(deps, { incident });
    const shown = () => deps.store.surface(`halt:${haltId}`);
    expect(await shown()).toMatchObject({ lane: 'halt', incident, target: 'C0ANNOUNCE' });

    await deps.store.transact((tx) => tx.setIncident('incident', 1, { channelId: 'C0INC1' }));
    await requestLift(deps, { haltId, reason: 'fixed', actor: person('U0SRE1'), person: 'U0SRE1' });

    expect(await shown()).toMatchObject({ target: 'incident' });
  });

  it('that does not exist is refused before anything is stopped in its name', async () => {
    const { deps } = await openPlaneDesk();

    await expect(halt(deps, { incident: 'INC-99' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('leans on an equal one that is in force already', async () => {
    const { deps } = await openPlaneDesk();
    const { haltId } = await halt(deps);
    const incident = await openByAlert(deps);

    const result = await halt(deps, { incident });

    expect(result).toMatchObject({ haltId, existed: true });
    expect((await readIncident(deps.store, incident)).incident.haltIds).toEqual([haltId]);
    expect((await readOrder(deps.store, haltId)).alsoIn).toEqual([incident]);
  });
});

it('a drill stops nobody: its order is a rehearsal, which every guard answers and none enforces', async () => {
  const { deps } = await openPlaneDesk();
  const point = await connect(deps);
  const drillId = [...deps.registry.drills.keys()][0] ?? '';
  const { incident } = await startDrill(deps, { drillId, userId: 'U0IC1', actor: person('U0IC1') });

  const result = await halt(deps, { incident });

  expect(result).toMatchObject({ drill: true, expected: 1, recorded: true });
  expect(point.heard.at(-1)?.halts).toMatchObject([{ id: result.haltId, drill: true }]);
  expect(await readOrder(deps.store, result.haltId)).toMatchObject({
    drill: true,
    rehearsal: true,
    contained: null,
  });
});

it('an order outside any incident is shown where it was given, else where incidents are announced', async () => {
  const { deps } = await openPlaneDesk();

  await halt(deps, { scope: { kind: 'tool', tool: 'a' }, originChannel: 'C0OPS' });
  await halt(deps, { scope: { kind: 'tool', tool: 'b' } });

  expect((await deps.store.surface('halt:H-1'))?.target).toBe('C0OPS');
  expect((await deps.store.surface('halt:H-2'))?.target).toBe('C0ANNOUNCE');
});
