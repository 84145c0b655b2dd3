import { describe, expect, it } from 'vitest';
import { boardOf } from '../../src/core/board.js';
import type { HaltEvent } from '../../src/core/halt-events.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { assignRole } from '../../src/operations/incidents/assign-role.js';
import { connectPoint } from '../../src/operations/points/connect-point.js';
import type { Deps } from '../../src/operations/deps.js';
import type { OrderEvent } from '../../src/operations/halting/standing-orders.js';
import { listStatus } from '../../src/operations/halting/list-status.js';
import { markPoint } from '../../src/operations/points/mark-point.js';
import { PLANE_STREAM } from '../../src/operations/halting/read-plane.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { openActuatorDesk } from '../support/actuators.js';
import { openByAlert, openDesk, person, START, type Desk } from '../support/desk.js';
import { connect, halt, openPlaneDesk, SRE } from '../support/plane.js';
import { openReceiver } from '../support/receiver.js';

const BILLING = { kind: 'agent', agentId: 'billing-agent' } as const;

function connectBilling({ deps }: Desk) {
  return connectPoint(deps, {
    pointId: 'billing-agent/1',
    agentId: 'billing-agent',
    instance: '1',
    boundTo: null,
    deliver: () => undefined,
  });
}

function anOrder(haltId: string, change: { drill?: boolean } = {}): OrderEvent {
  return {
    type: 'halt:ordered',
    data: {
      haltId,
      scope: { kind: 'all' },
      mode: 'deny',
      orderedBy: 'U0SRE1',
      at: START,
      epoch: 1,
      incident: null,
      originChannel: null,
      drill: change.drill ?? false,
      rehearsal: false,
      breakGlass: false,
      reviewAt: null,
      clockStartedAt: START,
      expected: [{ pointId: 'billing-agent/1', agentId: 'billing-agent', instance: '1', kind: 'guard' }],
      uncovered: ['support-agent'],
      recordedLate: false,
    },
    private: { reason: 'unclear' },
  };
}

function anAck(level: 'received' | 'enforced' | 'quiesced'): HaltEvent {
  const inflight = { aborted: [], uncancellable: [], completedAfter: [] };
  const point = { pointId: 'billing-agent/1', agentId: 'billing-agent', instance: '1', kind: 'guard' };
  return { type: 'point:acknowledged', data: { acks: [{ ...point, epoch: 1, level, inflight, at: START }] } };
}

async function tellPlane({ store }: Deps, ...events: readonly HaltEvent[]): Promise<void> {
  const plain = events.map(({ type, data, private: secret }) => ({ type, data, private: secret ?? null }));
  await store.transact((tx) =>
    tx.append({
      stream: PLANE_STREAM,
      events: plain,
      actor: person('U0SRE1'),
      occurredAt: START,
      recordedAt: START,
    }),
  );
}

describe('how things stand', () => {
  it('lists open incidents with who commands and since when somebody is on it', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    await acknowledgePage(deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
    const commander = { role: 'incident-commander', userId: 'U0IC1', claimed: true };
    await assignRole(deps, { incident: name, ...commander, actor: person('U0IC1') });

    const { incidents } = await listStatus(deps);

    expect(incidents).toMatchObject([
      { name, agent: 'billing-agent', status: 'acknowledged', commander: 'U0IC1', acknowledgedAt: START },
    ]);
  });

  it('counts what each halt in force has been answered', async () => {
    const { deps } = await openDesk();
    await tellPlane(deps, anOrder('H-1'), anAck('enforced'));

    const { halts, epoch } = await listStatus(deps);

    expect(epoch).toBe(1);
    expect(halts).toMatchObject([
      {
        haltId: 'H-1',
        expected: 1,
        received: 1,
        enforced: 1,
        quiesced: 0,
        settled: 0,
        uncovered: ['support-agent'],
        containedSeconds: null,
      },
    ]);
  });

  it('leaves out the order of a drill: it denies nothing', async () => {
    const { deps } = await openDesk();
    await tellPlane(deps, anOrder('H-1', { drill: true }));

    expect((await listStatus(deps)).halts).toEqual([]);
  });

  it('shows an order that stands although it could not be written', async () => {
    const { deps } = await openDesk();
    const event = anOrder('H-1');
    deps.plane.orders.unrecorded.set('H-1', { event, actor: person('U0SRE1') });

    const { halts } = await listStatus(deps);

    expect(halts).toMatchObject([{ haltId: 'H-1', expected: 1, received: 0 }]);
  });

  it('tells of each enforcement point how old its lease is and how far it has come', async () => {
    let ms = 0;
    const desk = await openDesk({ monotonic: () => ms });
    await connectBilling(desk);
    await tellPlane(desk.deps, anOrder('H-1'), anAck('quiesced'));
    ms = 3500;

    const { points } = await listStatus(desk.deps);

    expect(points).toEqual([
      {
        pointId: 'billing-agent/1',
        agentId: 'billing-agent',
        instance: '1',
        kind: 'guard',
        connected: true,
        level: 'quiesced',
        haltId: 'H-1',
        waitedSince: null,
        settled: true,
        leaseAgeMs: 3500,
        notes: [],
      },
    ]);
  });

  it('counts how long a point is late from the first order that waits for it, not from the newest', async () => {
    const { deps, pass } = await openPlaneDesk();
    await connect(deps);
    const orderedAt = deps.now();
    await halt(deps, { scope: BILLING });
    pass(60_000);
    const { haltId } = await halt(deps, { scope: { kind: 'all' } });

    const { points } = await listStatus(deps);

    expect(points).toMatchObject([{ level: 'expected', haltId, waitedSince: orderedAt }]);
  });

  it('goes on waiting for an older order when somebody has vouched for a point at a newer one', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps);
    const first = await halt(deps, { scope: BILLING });
    const second = await halt(deps, { scope: { kind: 'all' } });
    await markPoint(deps, {
      haltId: second.haltId,
      pointId: 'billing-1',
      reason: 'its host is switched off',
      actor: SRE,
    });

    const { points, agents } = await listStatus(deps);

    expect(points).toMatchObject([{ level: 'expected', haltId: first.haltId, settled: false }]);
    expect(agents).toContainEqual(
      expect.objectContaining({ agentId: 'billing-agent', expected: 1, settled: 0 }),
    );
  });

  it('keeps an agent stopped on the board when its guard has left after it had stopped', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    const { haltId } = await halt(deps, { scope: BILLING });
    await point.say('quiesced');
    await settleContainment(deps);
    await point.disconnect();
    deps.plane.leases.remove('billing-1');

    const board = boardOf(await listStatus(deps));

    expect(board.headline).toBe('CONTAINED · 1 of 1 points proven stopped · 1 order in force');
    expect(board.orders).toMatchObject([{ line: { haltId } }]);
    expect(board.agents).toContainEqual(
      expect.objectContaining({ name: 'billing-agent', words: '1 of 1 stopped, none connected now' }),
    );
  });

  it('says of a guard that was started under the order that it began under it, not that it is free', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps, { scope: BILLING });
    await connect(deps, 'billing-2');

    const { agents } = await listStatus(deps);

    expect(agents.find(({ agentId }) => agentId === 'billing-agent')).toMatchObject({
      halted: true,
      expected: 0,
      later: 1,
      blind: false,
    });
  });

  it('shows an agent whose switch stops a part of it as one that nobody can vouch for', async () => {
    const stops = { tools: ['stripe.refund'], actionClasses: [] };
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver, { actuators: { 'billing-agent': { stops } } });
    const { haltId } = await halt(desk.deps, { scope: BILLING });
    await desk.until(haltId, ({ contained }) => contained !== null);

    const board = boardOf(await listStatus(desk.deps));

    expect(board).toMatchObject({
      symbol: '🟠',
      headline: expect.stringContaining('CONTAINED BUT FOR 1 AGENT'),
    });
    expect(board.agents[0]).toMatchObject({
      symbol: '🚨',
      name: 'billing-agent',
      words: expect.stringContaining('stops only a part of it'),
    });
  });

  it('says of a tool that is paused that the rest of the agent goes on', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps, { scope: { kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' } });
    await point.say('quiesced');

    expect(boardOf(await listStatus(deps)).agents).toContainEqual(
      expect.objectContaining({
        name: 'billing-agent',
        words: 'the order holds at 1 of 1; what it does not cover goes on',
      }),
    );
  });

  it('forgets who asked for a lift once the request has run out', async () => {
    const { deps, pass } = await openPlaneDesk();
    const { haltId } = await halt(deps, { scope: BILLING });
    await requestLift(deps, { haltId, reason: 'fixed', actor: SRE, person: 'U0SRE1' });
    const asking = (await listStatus(deps)).halts[0]?.liftRequestedBy;

    pass(16 * 60_000);

    expect(asking).toBe('U0SRE1');
    expect((await listStatus(deps)).halts[0]?.liftRequestedBy).toBeNull();
  });

  it('names the agents that nobody guards', async () => {
    const desk = await openDesk();
    const connection = await connectBilling(desk);
    const before = await listStatus(desk.deps);
    await connection.disconnect();

    const after = await listStatus(desk.deps);

    expect(before.unguarded).not.toContain('billing-agent');
    expect(after.unguarded).toContain('billing-agent');
    expect(after.points).toMatchObject([{ pointId: 'billing-agent/1', connected: false }]);
  });
});
