import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/core/containment.js';
import { changeStatus } from '../../src/operations/incidents/change-status.js';
import { reachContainmentIn, withdrawContainmentIn } from '../../src/operations/points/reach-containment.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { readPlane, PLANE_STREAM } from '../../src/operations/halting/read-plane.js';
import { MINUTE, openByAlert, openDesk, person, START, type Desk } from '../support/desk.js';

const POINT = { pointId: 'billing-agent/1', agentId: 'billing-agent', instance: '1' };

/** An order that its one point has quiesced by now. */
async function aSettledOrder({ deps }: Desk, incident: string): Promise<Order> {
  const at = deps.now();
  const ordered = {
    type: 'halt:ordered',
    data: {
      haltId: 'H-1',
      scope: { kind: 'all' },
      mode: 'deny',
      orderedBy: 'U0SRE1',
      at: START,
      epoch: 1,
      incident,
      originChannel: null,
      drill: false,
      clockStartedAt: START,
      expected: [POINT],
      uncovered: [],
      recordedLate: false,
    },
    private: { reason: 'unclear' },
  };
  const inflight = { aborted: [], uncancellable: [], completedAfter: [] };
  const acks = [{ ...POINT, epoch: 1, level: 'quiesced', inflight, at }];
  const events = [ordered, { type: 'point:acknowledged', data: { acks } }];
  const facts = { actor: person('U0SRE1'), occurredAt: at, recordedAt: at };
  await deps.store.transact((tx) => tx.append({ stream: PLANE_STREAM, events, ...facts }));
  const order = (await readPlane(deps.store)).orders.get('H-1');
  if (order === undefined) throw new Error('there is no order');
  return order;
}

describe('containment declared by hand before it was proven', () => {
  it('does not keep the proof off the record, nor does the proof move the budgets', async () => {
    const desk = await openDesk();
    const { deps, clock } = desk;
    const name = await openByAlert(deps);
    await changeStatus(deps, { incident: name, to: 'contained', why: 'key pulled', actor: person('U0SRE1') });
    clock.advance(MINUTE);
    const order = await aSettledOrder(desk, name);

    expect((await readIncident(deps.store, name)).incident.isContainmentProven).toBe(false);
    for (const _ of ['first tick', 'second tick']) {
      await deps.store.transact((tx) =>
        reachContainmentIn(tx, deps, { order, incident: name, at: deps.now() }),
      );
    }

    const { incident, history } = await readIncident(deps.store, name);
    expect(history.filter(({ event }) => event.type === 'containment:reached')).toHaveLength(1);
    expect(incident.isContainmentProven).toBe(true);
    expect(incident.containedAt).toBe(START);
    expect(incident.checklists.map(({ budgetsFrom }) => budgetsFrom)).toEqual([START]);
  });

  it('is taken back also where the incident has recovered, when a point says that work still runs', async () => {
    const desk = await openDesk();
    const { deps } = desk;
    const incident = await openByAlert(deps);
    const order = await aSettledOrder(desk, incident);
    const at = deps.now();
    await deps.store.transact((tx) => reachContainmentIn(tx, deps, { order, incident, at }));
    await changeStatus(deps, { incident, to: 'recovered', why: 'undone', actor: person('U0SRE1') });

    await deps.store.transact((tx) => withdrawContainmentIn(tx, { order, incident, running: ['act-1'], at }));

    const { incident: after } = await readIncident(deps.store, incident);
    expect(after).toMatchObject({ status: 'acknowledged', isContainmentProven: false, containedAt: null });
  });
});
