import { describe, expect, it } from 'vitest';
import type { HaltEvent } from '../../src/core/halt-events.js';
import { acknowledgePage } from '../../src/operations/acknowledge-page.js';
import { assignRole } from '../../src/operations/assign-role.js';
import { connectPoint } from '../../src/operations/connect-point.js';
import type { Deps } from '../../src/operations/deps.js';
import type { OrderEvent } from '../../src/operations/standing-orders.js';
import { listStatus } from '../../src/operations/list-status.js';
import { PLANE_STREAM } from '../../src/operations/read-plane.js';
import { openByAlert, openDesk, person, START, type Desk } from '../support/desk.js';

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
        settled: true,
        leaseAgeMs: 3500,
        notes: [],
      },
    ]);
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
