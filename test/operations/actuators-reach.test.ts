/** Which orders reach a kill switch, and what its word proves. */
import { describe, expect, it } from 'vitest';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { openActuatorDesk, switchOf } from '../support/actuators.js';
import { openByAlert } from '../support/desk.js';
import { halt } from '../support/plane.js';
import { openReceiver } from '../support/receiver.js';

const BILLING = { scope: { kind: 'agent', agentId: 'billing-agent' } } as const;

describe('a switch for the whole agent', () => {
  it('is not pressed to stop one tool, and the agent is shown as one that nobody can stop', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);

    const { expected, uncovered } = await halt(desk.deps, {
      scope: { kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' },
    });

    expect(expected).toBe(0);
    expect(uncovered).toEqual(['billing-agent']);
    expect(receiver.told).toEqual([]);
  });

  it('is not pressed to hold attempts, unless agents.yml says so', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);

    const { expected } = await halt(desk.deps, { ...BILLING, mode: 'hold' });

    expect(expected).toBe(0);
    const other = await openActuatorDesk(receiver, {
      actuators: { 'billing-agent': { modes: ['deny', 'hold'] } },
    });
    expect((await halt(other.deps, { ...BILLING, mode: 'hold' })).expected).toBe(1);
  });

  it('is never pressed by a rehearsal', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);

    const { expected } = await halt(desk.deps, { ...BILLING, rehearsal: true });

    expect(expected).toBe(0);
    const real = await halt(desk.deps, BILLING);
    await desk.until(real.haltId, ({ contained }) => contained !== null);
    expect(receiver.told.map(({ haltId }) => haltId)).toEqual([real.haltId]);
  });

  it('proves for an incident that its agent is contained', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);
    const incident = await openByAlert(desk.deps);

    const { haltId } = await halt(desk.deps, { ...BILLING, incident });

    await desk.until(haltId, ({ contained }) => contained !== null);
    expect((await readIncident(desk.deps.store, incident)).incident.status).toBe('contained');
  });
});

describe('a switch for a part of the agent', () => {
  it('is told to stop it and proves nothing about the rest: the incident is not contained', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver, {
      actuators: { 'billing-agent': { stops: { tools: [], actionClasses: ['database-write'] } } },
    });
    const incident = await openByAlert(desk.deps);

    const { haltId, uncovered } = await halt(desk.deps, { ...BILLING, incident });

    const order = await desk.until(haltId, (each) => switchOf(each).level === 'quiesced');
    await settleContainment(desk.deps);
    expect(order.uncovered).toEqual(['billing-agent']);
    expect(uncovered).toEqual(['billing-agent']);
    expect((await readIncident(desk.deps.store, incident)).incident.status).not.toBe('contained');
  });
});
