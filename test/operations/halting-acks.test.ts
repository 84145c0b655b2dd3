import { describe, expect, it } from 'vitest';
import { acknowledgeEpoch } from '../../src/operations/points/acknowledge-epoch.js';
import { connectPoint } from '../../src/operations/points/connect-point.js';
import { markPoint } from '../../src/operations/points/mark-point.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { PLANE_STREAM, readOrder } from '../../src/operations/halting/read-plane.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { openByAlert, person } from '../support/desk.js';
import { connect, GUARD, halt, openPlaneDesk } from '../support/plane.js';

const NOTHING = { aborted: [], uncancellable: [], completedAfter: [] };

describe('what guards state', () => {
  it('brings the order to "contained" with the last of them, and the incident with it', async () => {
    const { deps, pass } = await openPlaneDesk();
    const incident = await openByAlert(deps);
    const [one, two] = [await connect(deps, 'billing-1'), await connect(deps, 'billing-2')];
    const { haltId } = await halt(deps, { incident });

    pass(2_000);
    await one.say('quiesced');
    const between = await readOrder(deps.store, haltId);
    pass(1_500);
    await two.say('quiesced');

    expect(between.contained).toBeNull();
    expect((await readOrder(deps.store, haltId)).contained).toMatchObject({
      seconds: 3.5,
      withinTarget: true,
    });
    const { incident: contained } = await readIncident(deps.store, incident);
    expect(contained).toMatchObject({ status: 'contained', containedAt: deps.now() });
    expect(contained.checklists.length).toBeGreaterThan(0);
  });

  it('is written once when it is said twice, and not at all when it adds nothing', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await point.say('quiesced');
    await halt(deps);
    await point.say('received');
    await point.say('received');

    const entries = await deps.store.readStream(PLANE_STREAM);

    expect(entries.map(({ type }) => type)).toEqual(['halt:ordered', 'point:acknowledged']);
  });

  it('counts for an older order too, and not for a newer one', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps, { scope: { kind: 'tool', tool: 'a' } });
    await halt(deps, { scope: { kind: 'tool', tool: 'b' } });

    await point.say('quiesced', { epoch: 1 });

    expect((await readOrder(deps.store, 'H-1')).contained).not.toBeNull();
    expect((await readOrder(deps.store, 'H-2')).contained).toBeNull();
  });

  it('is refused for an epoch, a plane, an instance or a point that we do not know', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps);

    await expect(point.say('quiesced', { epoch: 2 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(point.say('quiesced', { planeId: 'another' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(point.say('quiesced', { instance: 'another' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(point.say('quiesced', { pointId: 'another' })).rejects.toMatchObject({ code: 'conflict' });
    expect((await readOrder(deps.store, 'H-1')).points[0]?.level).toBe('expected');
  });

  it('is refused from a token that speaks for another agent, and the rest of the batch stands', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps, 'billing-1', 'billing-agent');
    await connect(deps, 'support-1', 'support-agent');
    await halt(deps);
    const { epoch, planeId } = deps.plane.current();
    const statement = (pointId: string, agentId: string) => ({
      pointId,
      agentId,
      instance: `run-of-${pointId}`,
      planeId,
      epoch,
      level: 'quiesced' as const,
      inflight: NOTHING,
    });

    const result = await acknowledgeEpoch(deps, {
      acks: [statement('billing-1', 'billing-agent'), statement('support-1', 'support-agent')],
      actor: GUARD,
      boundTo: 'billing-agent',
    });

    expect(result).toMatchObject({ accepted: 1, refused: [{ pointId: 'support-1' }] });
    expect((await readOrder(deps.store, 'H-1')).points.map(({ level }) => level)).toEqual([
      'quiesced',
      'expected',
    ]);
  });

  it('is not a goodbye while it lists running work', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps);

    await point.say('quiesced', { left: true, inflight: { ...NOTHING, uncancellable: ['x'] } });

    expect((await readOrder(deps.store, 'H-1')).points[0]).toMatchObject({
      level: 'enforced',
      settledAt: null,
    });
    expect(deps.plane.leases.get('billing-1')).toBeDefined();
  });
});

it('records that the target was missed, once, and contains late all the same', async () => {
  const { deps, pass } = await openPlaneDesk();
  const point = await connect(deps);
  await halt(deps);

  pass(30_001);
  await settleContainment(deps);
  await settleContainment(deps);
  await point.say('quiesced');

  const types = (await deps.store.readStream(PLANE_STREAM)).map(({ type }) => type);
  expect(types).toEqual(['halt:ordered', 'halt:missed', 'point:acknowledged', 'halt:contained']);
  expect((await readOrder(deps.store, 'H-1')).contained).toMatchObject({ withinTarget: false });
});

it('does not call an incident contained by an order that proves nothing about its agent', async () => {
  const { deps } = await openPlaneDesk();
  const incident = await openByAlert(deps);
  const other = await connect(deps, 'support-1', 'support-agent');
  const { haltId } = await halt(deps, { incident });

  await other.say('quiesced');

  expect((await readOrder(deps.store, haltId)).contained).not.toBeNull();
  expect((await readIncident(deps.store, incident)).incident).toMatchObject({
    status: 'open',
    containedAt: null,
  });
});

it('a token cannot open a stream for an agent that it does not speak for', async () => {
  const { deps } = await openPlaneDesk();
  const point = {
    pointId: 'p',
    instance: 'i',
    agentId: 'support-agent',
    boundTo: 'billing-agent',
    deliver: () => undefined,
  };

  await expect(connectPoint(deps, point)).rejects.toMatchObject({ code: 'not-allowed' });
});

describe('an operator who vouches for a point', () => {
  const mark = (deps: Parameters<typeof markPoint>[0], userId: string, reason = 'I pulled the plug') =>
    markPoint(deps, { haltId: 'H-1', pointId: 'billing-1', reason, actor: person(userId) });

  it('settles it under their own name', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps);
    await halt(deps);

    await mark(deps, 'U0SRE1');

    const order = await readOrder(deps.store, 'H-1');
    expect(order.points[0]).toMatchObject({ level: 'marked', markedBy: 'U0SRE1' });
    expect(order.contained).not.toBeNull();
  });

  it('needs a role and a reason', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps);
    await halt(deps);

    await expect(mark(deps, 'U0NOBODY')).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(mark(deps, 'U0SRE1', '  ')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is told when the point has answered by itself', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps);
    await point.say('quiesced');

    await expect(mark(deps, 'U0SRE1')).rejects.toMatchObject({ code: 'already-done' });
  });
});
