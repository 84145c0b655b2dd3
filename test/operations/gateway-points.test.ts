import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/core/gateway.js';
import { acknowledgeGateways } from '../../src/operations/points/acknowledge-gateways.js';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import type { Deps } from '../../src/operations/deps.js';
import { createGatewayPoints } from '../../src/operations/points/gateway-points.js';
import { keepGateways, rememberedGateways } from '../../src/operations/points/keep-gateways.js';
import { listStatus } from '../../src/operations/halting/list-status.js';
import { markPoint } from '../../src/operations/points/mark-point.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { withGateways } from '../support/gateways.js';
import { connect, halt, openPlaneDesk, SRE } from '../support/plane.js';

const HOUR = 3_600_000;
const POINT = 'gateway:edge:billing-agent';

/** The next process, over the same store. */
async function openProcess(deps: Deps): Promise<Deps> {
  return { ...deps, plane: await createHaltPlane(deps.store, { now: deps.now }) };
}

async function fromStore(deps: Deps) {
  return { monotonic: () => Date.parse(deps.now()), remembered: await rememberedGateways(deps) };
}

async function openGatewayDesk(...gateways: Partial<Gateway>[]) {
  const desk = await openPlaneDesk({ registry: withGateways(...gateways) });
  const points = createGatewayPoints(desk.deps, { monotonic: () => Date.parse(desk.clock.now()) });
  const tick = () => acknowledgeGateways(desk.deps, points);
  const point = async (haltId = 'H-1') =>
    (await readOrder(desk.deps.store, haltId)).points.find(({ pointId }) => pointId === POINT);
  return { ...desk, points, tick, point };
}

describe('an agent behind a gateway', () => {
  it('is covered by it as soon as the gateway has asked about the agent', async () => {
    const desk = await openGatewayDesk();
    const before = await halt(desk.deps, { scope: { kind: 'tool', tool: 'a' } });

    await desk.points.asked('edge', 'billing-agent');
    const after = await halt(desk.deps);

    expect([before.expected, before.uncovered.includes('billing-agent')]).toEqual([0, true]);
    expect([after.expected, after.uncovered.includes('billing-agent')]).toEqual([1, false]);
  });

  it('is covered without a question where gateways.yml says that it is behind one', async () => {
    const desk = await openGatewayDesk({ agents: ['billing-agent'] });
    await desk.points.asked('edge', 'billing-agent');

    const { expected, uncovered } = await halt(desk.deps);

    expect([expected, uncovered.includes('billing-agent')]).toEqual([1, false]);
  });

  it('is not expected at a gateway that has not asked about it for an hour, nor in an order that does not touch it', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    const elsewhere = await halt(desk.deps, { scope: { kind: 'agent', agentId: 'support-agent' } });

    desk.pass(HOUR + 1);

    expect([elsewhere.expected, (await halt(desk.deps)).expected]).toEqual([0, 0]);
  });

  it('is enforced from the moment the order is published, and no more than that while requests may run on', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    await halt(desk.deps);
    const publishedAt = desk.clock.now();
    desk.pass(700);
    await desk.tick();
    desk.pass(HOUR);
    await desk.tick();

    expect(await desk.point()).toMatchObject({
      kind: 'gateway',
      level: 'enforced',
      reached: { enforced: publishedAt },
      settledAt: null,
    });
  });

  it('has quiesced when the longest request that was let through before has provably ended', async () => {
    const desk = await openGatewayDesk({ maxRequestSeconds: 20 });
    await desk.points.asked('edge', 'billing-agent');
    await halt(desk.deps);
    await desk.tick();
    desk.pass(19_900);
    await desk.tick();
    const before = await desk.point();
    desk.pass(100);
    await desk.tick();

    expect([before?.level, (await desk.point())?.level]).toEqual(['enforced', 'quiesced']);
    expect((await readOrder(desk.deps.store, 'H-1')).contained).toMatchObject({
      seconds: 20,
      withinTarget: true,
    });
  });

  it('is settled by an operator who vouches where nobody declared how long a request may run', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    await halt(desk.deps);
    await desk.tick();

    await markPoint(desk.deps, {
      haltId: 'H-1',
      pointId: POINT,
      reason: 'I restarted the proxy',
      actor: SRE,
    });

    expect((await readOrder(desk.deps.store, 'H-1')).contained).not.toBeNull();
  });

  it('proves nothing while its gateway, which gateways.yml names, has never asked anything', async () => {
    const desk = await openGatewayDesk({ agents: ['billing-agent'], maxRequestSeconds: 20 });
    const [unheard] = (await listStatus(desk.deps)).points;
    const { expected, uncovered } = await halt(desk.deps);
    const rehearsed = await halt(desk.deps, { rehearsal: true });
    desk.pass(HOUR);
    await desk.tick();

    expect(unheard).toMatchObject({ pointId: POINT, connected: false });
    expect([expected, uncovered.includes('billing-agent'), rehearsed.expected]).toEqual([1, false, 1]);
    expect(await desk.point()).toMatchObject({ level: 'expected', settledAt: null });
    expect(await desk.point(rehearsed.haltId)).toMatchObject({ level: 'expected' });
    expect((await listStatus(desk.deps)).points).toMatchObject([{ level: 'expected', settled: false }]);
    expect(desk.points.unsettled).toBe(false);
  });

  it('is proven from its first question on, about whomever, and what passed before that counts until then', async () => {
    const desk = await openGatewayDesk({ agents: ['billing-agent'], maxRequestSeconds: 20 });
    await halt(desk.deps);
    desk.pass(60_000);
    await desk.tick();

    await desk.points.asked('edge', null);
    const askedAt = desk.clock.now();
    await desk.tick();
    const enforced = await desk.point();
    desk.pass(20_000);
    await desk.tick();

    expect(enforced).toMatchObject({ level: 'enforced', reached: { enforced: askedAt } });
    expect((await desk.point())?.level).toBe('quiesced');
  });

  it('is answered for once, by us, and the tick then rests', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    await halt(desk.deps);
    for (let turn = 0; turn < 3; turn += 1) await desk.tick();

    const entries = await desk.deps.store.readStream('plane');
    const acks = entries.filter(({ type }) => type === 'point:acknowledged');

    expect(acks.map(({ actor }) => [actor.kind, actor.id])).toEqual([['system', 'acknowledge-gateways']]);
    expect(desk.points.unsettled).toBe(false);
  });

  it('counts from a new start after a restart: nobody knows what the process before let through', async () => {
    const desk = await openGatewayDesk({ agents: ['billing-agent'], maxRequestSeconds: 20 });
    await desk.points.asked('edge', 'billing-agent');
    await keepGateways(desk.deps, desk.points);
    await halt(desk.deps);
    desk.pass(15_000);
    const points = createGatewayPoints(desk.deps, await fromStore(desk.deps));
    desk.pass(10_000);
    await acknowledgeGateways(desk.deps, points);

    expect((await desk.point())?.level).toBe('enforced');
  });

  it('pitfall 25: an order that cannot be written is enforced all the same, and answered for once it is written', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    desk.breakStore(true);
    const { recorded } = await halt(desk.deps);
    await desk.tick();
    const halts = desk.deps.plane.current().halts.length;

    desk.breakStore(false);
    await (await connect(desk.deps)).say('quiesced');
    await desk.tick();

    expect([recorded, halts]).toEqual([false, 1]);
    expect((await desk.point())?.level).toBe('enforced');
  });

  it('is answered only after the order when its gateway asks for the first time while one is given', async () => {
    const desk = await openGatewayDesk();
    desk.deps.plane.orders.announcing(1);
    let answered = false;

    const waiting = desk.points.asked('edge', 'billing-agent')?.then(() => (answered = true));
    const before = answered;
    desk.deps.plane.orders.announcing(-1);
    await waiting;

    expect([before, answered]).toEqual([false, true]);
  });

  it('is expected by an order that is given right after a restart, before its gateway asks again', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    await keepGateways(desk.deps, desk.points);
    desk.pass(HOUR / 2);

    const next = await openProcess(desk.deps);
    createGatewayPoints(next, await fromStore(next));
    const { expected, uncovered } = await halt(next);

    expect([expected, uncovered.includes('billing-agent')]).toEqual([1, false]);
  });

  it('is not expected after a restart where its gateway had not asked for an hour', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    await keepGateways(desk.deps, desk.points);
    desk.pass(HOUR + 1);

    const next = await openProcess(desk.deps);
    createGatewayPoints(next, await fromStore(next));

    expect((await halt(next)).expected).toBe(0);
  });

  it('costs one write at first and then at most one a minute, however often its gateway asks', async () => {
    const desk = await openGatewayDesk();
    const lastAsked = async () => (await desk.deps.store.points()).map((row) => row.lastHeartbeatAt);
    const ask = async (laterMs: number) => {
      desk.pass(laterMs);
      await desk.points.asked('edge', 'billing-agent');
      await keepGateways(desk.deps, desk.points);
      return lastAsked();
    };
    const first = await ask(0);

    expect(await ask(30_000)).toEqual(first);
    expect(await ask(29_999)).toEqual(first);
    expect(await ask(1)).toEqual([desk.clock.now()]);
  });

  it('is written down as soon as that works where a write has failed', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    desk.breakStore(true);
    await expect(keepGateways(desk.deps, desk.points)).rejects.toThrow('The disk is full.');
    desk.breakStore(false);

    await keepGateways(desk.deps, desk.points);

    expect(await desk.deps.store.points()).toMatchObject([{ kind: 'gateway', pointId: POINT }]);
  });

  it('is not taken for a guard that may hold a lease when the next process begins', async () => {
    const desk = await openGatewayDesk();
    await desk.points.asked('edge', 'billing-agent');
    await keepGateways(desk.deps, desk.points);

    const { plane } = await openProcess(desk.deps);

    expect(plane.leases.all()).toEqual([]);
  });

  it('is shown in the status with its gateway', async () => {
    const desk = await openGatewayDesk({ agents: ['billing-agent'] });
    await desk.points.asked('edge', 'billing-agent');
    await halt(desk.deps);
    await desk.tick();

    const { points, unguarded } = await listStatus(desk.deps);

    expect(points.find(({ pointId }) => pointId === POINT)).toMatchObject({
      kind: 'gateway',
      level: 'enforced',
    });
    expect(unguarded).not.toContain('billing-agent');
  });
});
