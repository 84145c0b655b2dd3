/** "Stopped" is true when it is said. Somebody at the vendor may start the agent again while the order stands. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/core/containment.js';
import { createActuators } from '../../src/actuators/registry.js';
import { createActuatorDrive } from '../../src/operations/actuators/drive-actuators.js';
import { listStatus } from '../../src/operations/halting/list-status.js';
import { PLANE_STREAM, readOrder } from '../../src/operations/halting/read-plane.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { createActuatorWatch } from '../../src/operations/actuators/watch-actuators.js';
import {
  openActuatorDesk,
  switchOf,
  type ActuatorDesk,
  type ActuatorDeskOptions,
} from '../support/actuators.js';
import { openByAlert } from '../support/desk.js';
import { halt } from '../support/plane.js';
import { openReceiver, RUNNING, says, SECRET, STOPPED, type Receiver } from '../support/receiver.js';

const BILLING = { scope: { kind: 'agent', agentId: 'billing-agent' } } as const;
const isContained = (order: Order): boolean => order.contained !== null;

/** The slow pace by hand: each call is one turn. */
function watchOf({ deps }: ActuatorDesk): () => Promise<void> {
  const { actuators } = createActuators(deps.registry.agents.values(), {
    secrets: { HALTLINE_ACTUATOR_VENDOR: SECRET },
    nowMs: Date.now,
    timeoutMs: 400,
  });
  return createActuatorWatch(createActuatorDrive(deps, actuators));
}

/** A switch that has said `stopped`; with a status, unless said otherwise. */
async function stoppedSwitch(change?: ActuatorDeskOptions['actuators']) {
  const receiver: Receiver = await openReceiver();
  const withStatus = { 'billing-agent': { statusUrl: receiver.statusUrl } };
  const desk = await openActuatorDesk(receiver, { actuators: change ?? withStatus });
  const incident = await openByAlert(desk.deps);
  const { haltId } = await halt(desk.deps, { ...BILLING, incident });
  await desk.until(haltId, isContained);
  return { receiver, desk, haltId, incident, watch: watchOf(desk) };
}

describe('a kill switch that has stopped its agent', () => {
  it('is asked again while the order stands, and nothing is written as long as it stays stopped', async () => {
    const { receiver, desk, watch } = await stoppedSwitch();
    const before = (await desk.deps.store.readStream(PLANE_STREAM)).length;

    await watch();
    await watch();

    expect(receiver.polls).toHaveLength(2);
    expect(await desk.deps.store.readStream(PLANE_STREAM)).toHaveLength(before);
  });

  it('is shown as running again, takes "contained" back, and is told anew until it has stopped', async () => {
    const { receiver, desk, haltId, incident, watch } = await stoppedSwitch();
    receiver.answerPolls(RUNNING);
    receiver.answer(RUNNING);

    await watch();

    const running = await readOrder(desk.deps.store, haltId);
    expect([running.contained, switchOf(running).settledAt]).toEqual([null, null]);
    const { points } = await listStatus(desk.deps);
    expect(points.find(({ kind }) => kind === 'actuator')?.notes[0]).toMatch(/^RUNS AGAIN: it had stopped/);
    expect((await readIncident(desk.deps.store, incident)).incident.status).not.toBe('contained');
    receiver.answer(STOPPED);
    receiver.answerPolls(STOPPED);
    const order = await desk.until(haltId, isContained);
    expect(switchOf(order)).toMatchObject({
      level: 'quiesced',
      measured: { seconds: expect.any(Number) as number },
    });
    const ids = new Set(receiver.told.map(({ id }) => id));
    expect(ids.size).toBe(2);
    const measured = (await desk.deps.store.readStream(PLANE_STREAM)).filter(
      ({ type }) => type === 'actuator:measured',
    );
    expect(measured).toHaveLength(1);
  });

  it('that cannot be asked is shown so, stays stopped as far as it said, and the note goes when it answers', async () => {
    const { receiver, desk, haltId, watch } = await stoppedSwitch();
    receiver.answerPolls(says(503, ''));

    await watch();
    const unheard = switchOf(await readOrder(desk.deps.store, haltId));
    receiver.answerPolls(STOPPED);
    await watch();

    expect(unheard).toMatchObject({ level: 'quiesced' });
    expect(unheard.trouble).toMatch(/^stopped when it last answered, and cannot be asked now: answered 503/);
    expect(switchOf(await readOrder(desk.deps.store, haltId)).trouble).toBeNull();
  });

  it('and has no status is told the order anew now and then, which stops what was started', async () => {
    const { receiver, watch } = await stoppedSwitch({ 'billing-agent': {} });

    for (let turn = 0; turn < 10; turn += 1) await watch();

    expect(receiver.polls).toEqual([]);
    expect(receiver.told.map(({ type }) => type)).toEqual(['halt.ordered', 'halt.ordered']);
    expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(2);
  });

  it('is left alone once the order is lifted', async () => {
    const { receiver, desk, haltId, watch } = await stoppedSwitch();
    await desk.lift(haltId);
    receiver.answerPolls(RUNNING);

    await watch();
    await settleContainment(desk.deps);

    expect(receiver.polls).toEqual([]);
    expect(switchOf(await readOrder(desk.deps.store, haltId)).resumedAt).toBeUndefined();
  });
});
