/** Kill switches outside the guard, over real HTTP: nothing is called stopped that does not say so itself. */
import { describe, expect, it } from 'vitest';
import { isSettled, type Order } from '../../src/core/containment.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { openActuatorDesk, switchOf } from '../support/actuators.js';
import { halt } from '../support/plane.js';
import { obedientSwitch, openReceiver, says, STOPPED } from '../support/receiver.js';
import { wrapped } from '../support/wrapped-store.js';

const BILLING = { scope: { kind: 'agent', agentId: 'billing-agent' } } as const;

const isContained = (order: Order): boolean => order.contained !== null;

describe('an order to a kill switch', () => {
  it('is signed, says what is stopped and from when, and is contained once the switch says so', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);

    const { haltId, epoch, uncovered } = await halt(desk.deps, BILLING);

    const order = await desk.until(haltId, isContained);
    expect(switchOf(order)).toMatchObject({ level: 'quiesced', instance: 'vendor-switch', trouble: null });
    expect(uncovered).toEqual([]);
    const [told] = receiver.told;
    expect(told).toMatchObject({ isSigned: true, type: 'halt.ordered', haltId, sequence: epoch });
    expect(JSON.parse(told?.text ?? '')).toMatchObject({
      agentId: 'billing-agent',
      actuator: 'vendor-switch',
      scope: { kind: 'agent', agentId: 'billing-agent' },
      mode: 'deny',
      at: order.at,
    });
    expect(told?.text).not.toContain(order.reason);
  });

  it('goes out with the order, not behind a Slack that hangs', async () => {
    const receiver = await openReceiver();
    const hangs = (): Promise<never> => new Promise(() => undefined);
    const desk = await openActuatorDesk(receiver, { effectors: { 'channel:topic': hangs } });
    await desk.deps.store.transact(async (tx) => {
      for (const number of [1, 2, 3, 4, 5, 6]) {
        const stuck = { kind: 'channel:topic', incident: `INC-${number}`, payload: {} };
        await tx.addEffect({ ...stuck, key: `halt ${number}`, lane: 'halt' });
        await tx.addEffect({ ...stuck, key: `bulk ${number}`, lane: 'bulk' });
      }
    });
    desk.deps.wake();

    const { haltId } = await halt(desk.deps, BILLING);

    await desk.until(haltId, isContained);
  });

  it('that is ordered twice is told once', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);

    const first = await halt(desk.deps, BILLING);
    const second = await halt(desk.deps, BILLING);

    await desk.until(first.haltId, isContained);
    expect(second.haltId).toBe(first.haltId);
    expect(receiver.told).toHaveLength(1);
  });

  it('that is only taken (202) is not stopped: its status is asked until that says so', async () => {
    const receiver = await openReceiver();
    receiver.answer(says(202, ''));
    receiver.answerPolls(says(200, { state: 'stopping' }));
    const desk = await openActuatorDesk(receiver, {
      actuators: { 'billing-agent': { statusUrl: receiver.statusUrl } },
    });

    const { haltId } = await halt(desk.deps, BILLING);

    const draining = await desk.until(haltId, (order) => switchOf(order).level === 'enforced');
    expect(draining.contained).toBeNull();
    expect(switchOf(draining).reached.received).toBeDefined();
    receiver.answerPolls(STOPPED);
    await desk.until(haltId, isContained);
    expect(receiver.polls.every(({ isSigned }) => isSigned)).toBe(true);
  });

  it('is repeated under the same id where the switch only takes it and has no status', async () => {
    const receiver = await openReceiver();
    receiver.answer(says(202, { queued: true }));
    const desk = await openActuatorDesk(receiver);

    const { haltId } = await halt(desk.deps, BILLING);

    const taken = await desk.until(haltId, (order) => switchOf(order).level === 'received');
    expect(taken.contained).toBeNull();
    receiver.answer(STOPPED);
    await desk.until(haltId, isContained);
    expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(1);
  });

  it('that reaches nobody is shown as NOT halted, and goes on until somebody answers', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);
    await receiver.stop();

    const { haltId } = await halt(desk.deps, BILLING);

    const unreachable = await desk.until(haltId, (order) =>
      /, 4 attempts/.test(switchOf(order).trouble ?? ''),
    );
    expect(switchOf(unreachable).trouble).toMatch(/^NOT halted: unreachable \(ECONNREFUSED\) since 20.* UTC/);
    expect(unreachable.points.filter(isSettled)).toEqual([]);
    await receiver.start();
    const order = await desk.until(haltId, isContained);
    expect(switchOf(order).trouble).toBeNull();
  });

  it('pitfall 18: a refusal (401, 403) is shown and does not end the trying', async () => {
    const receiver = await openReceiver();
    receiver.answer(says(403, '', { 'retry-after': '0' }));
    const desk = await openActuatorDesk(receiver);

    const { haltId } = await halt(desk.deps, BILLING);

    const refused = await desk.until(haltId, (order) => (switchOf(order).trouble ?? null) !== null);
    expect(switchOf(refused).trouble).toContain('NOT halted: refused with 403');
    expect(refused.contained).toBeNull();
    receiver.answer(obedientSwitch());
    await desk.until(haltId, isContained);
  });

  it('pitfall 2: is told after a restart by the next process, under the same id', async () => {
    const receiver = await openReceiver();
    receiver.answer(says(500, ''));
    const desk = await openActuatorDesk(receiver);
    const { haltId } = await halt(desk.deps, BILLING);
    await desk.until(haltId, () => receiver.told.length > 0);

    await desk.restart();
    receiver.answer(obedientSwitch());

    await desk.until(haltId, isContained);
    expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(1);
  });

  it('pitfall 19: goes on for as long as the order stands, ever the same order', async () => {
    const receiver = await openReceiver();
    receiver.answer(says(503, ''));
    const desk = await openActuatorDesk(receiver);

    const { haltId } = await halt(desk.deps, BILLING);

    await desk.until(haltId, () => receiver.told.length > 12);
    const journaled = (await desk.deps.store.readStream('plane')).filter(
      ({ type }) => type === 'actuator:failed',
    );
    expect(journaled.length).toBeLessThan(6);
    expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(1);
  });

  it('pitfall 26: is told when the disk is full, and once more when it is written', async () => {
    const receiver = await openReceiver();
    let broken = true;
    const desk = await openActuatorDesk(receiver, {
      through: (store) =>
        wrapped(store, {
          transact: (work) => (broken ? Promise.reject(new Error('disk full')) : store.transact(work)),
        }),
    });

    const { haltId, recorded } = await halt(desk.deps, BILLING);

    expect(recorded).toBe(false);
    await expect.poll(() => receiver.told.map((told) => told.haltId)).toEqual([haltId]);
    broken = false;
    await settleContainment(desk.deps);
    await desk.until(haltId, isContained);
    expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(1);
  });
});
