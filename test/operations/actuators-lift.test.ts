/** What becomes of a kill switch when the order is lifted: the agent may run, or people are told that it does not. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/core/containment.js';
import { openActuatorDesk, switchOf } from '../support/actuators.js';
import { halt } from '../support/plane.js';
import { obedientSwitch, openReceiver, RUNNING, says, STOPPED } from '../support/receiver.js';

const BILLING = { scope: { kind: 'agent', agentId: 'billing-agent' } } as const;
const isContained = (order: Order): boolean => order.contained !== null;
const outcome =
  (wanted: string) =>
  (order: Order): boolean =>
    switchOf(order).released?.outcome === wanted;

describe('a lift', () => {
  it('is told to the switch as newer than the order, and shown as released once the agent may run', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);
    const { haltId } = await halt(desk.deps, BILLING);
    await desk.until(haltId, isContained);

    await desk.lift(haltId);

    await desk.until(haltId, outcome('released'));
    const [ordered, lifted] = receiver.told;
    expect(receiver.told).toHaveLength(2);
    expect(lifted).toMatchObject({ type: 'halt.lifted', haltId, isSigned: true });
    expect(lifted?.id).not.toBe(ordered?.id);
    expect(lifted?.sequence).toBeGreaterThan(ordered?.sequence ?? 0);
  });

  it('does not release what another order keeps stopped, until that is lifted too', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);
    const one = await halt(desk.deps, BILLING);
    const all = await halt(desk.deps);
    await desk.until(all.haltId, (order) => switchOf(order).level === 'quiesced');

    await desk.lift(one.haltId);

    await desk.until(one.haltId, outcome('kept'));
    expect(receiver.told.map(({ type }) => type)).not.toContain('halt.lifted');
    await desk.lift(all.haltId);
    await desk.until(all.haltId, outcome('released'));
  });

  it('leaves a switch alone that only people at the vendor can release, and says so', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver, { actuators: { 'billing-agent': { releasable: false } } });
    const { haltId } = await halt(desk.deps, BILLING);
    await desk.until(haltId, isContained);

    await desk.lift(haltId);

    await desk.until(haltId, outcome('by-hand'));
    expect(receiver.told).toHaveLength(1);
  });

  it('stands when the release fails, and that is shouted until it works', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);
    const { haltId } = await halt(desk.deps, BILLING);
    await desk.until(haltId, isContained);
    receiver.answer(says(500, ''));

    await desk.lift(haltId);

    const failing = await desk.until(haltId, (order) => (switchOf(order).trouble ?? null) !== null);
    expect(failing.lifted).not.toBeNull();
    expect(switchOf(failing).trouble).toContain('may STILL BE STOPPED, the release fails: answered 500');
    expect(desk.logged.map(({ level, message }) => `${level} ${message}`)).toContain(
      'error a release fails: the agent may still be stopped',
    );
    receiver.answer(obedientSwitch());
    const released = await desk.until(haltId, outcome('released'));
    expect(switchOf(released).trouble).toBeNull();
  });

  it('is not called released while the switch says that the agent is stopped', async () => {
    const receiver = await openReceiver();
    receiver.answer(STOPPED);
    const desk = await openActuatorDesk(receiver);
    const { haltId } = await halt(desk.deps, BILLING);
    await desk.until(haltId, isContained);

    await desk.lift(haltId);

    const waiting = await desk.until(haltId, () => receiver.told.length > 4);
    expect(switchOf(waiting).released).toBeUndefined();
    receiver.answer(RUNNING);
    await desk.until(haltId, outcome('released'));
  });

  it('ends the trying to stop', async () => {
    const receiver = await openReceiver();
    receiver.answer((response, told) =>
      says(told.type === 'halt.ordered' ? 503 : 200, { state: 'running' })(response, told),
    );
    const desk = await openActuatorDesk(receiver);
    const { haltId } = await halt(desk.deps, BILLING);
    await desk.until(haltId, () => receiver.told.length > 1);

    await desk.lift(haltId);

    await desk.until(haltId, outcome('released'));
    const lastLift = receiver.told.findLastIndex(({ type }) => type === 'halt.lifted');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.told.slice(lastLift + 1).map(({ type }) => type)).toEqual([]);
  });
});

describe('pitfall 22: a halt while an earlier one is being released', () => {
  it('breaks the release off and wins', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver, { timeoutMs: 5_000 });
    const first = await halt(desk.deps, BILLING);
    await desk.until(first.haltId, isContained);
    receiver.answer((response, told) => {
      if (told.type === 'halt.ordered') STOPPED(response, told);
    });
    await desk.lift(first.haltId);
    await expect.poll(() => receiver.told.at(-1)?.type).toBe('halt.lifted');

    const second = await halt(desk.deps, BILLING);

    await desk.until(second.haltId, isContained);
    await desk.until(first.haltId, outcome('cancelled'));
    const [lifted, again] = receiver.told.slice(-2);
    expect([lifted?.type, again?.type]).toEqual(['halt.lifted', 'halt.ordered']);
    expect(again?.sequence).toBeGreaterThan(lifted?.sequence ?? 0);
  });

  it('cancels a release that is still being tried', async () => {
    const receiver = await openReceiver();
    const desk = await openActuatorDesk(receiver);
    const first = await halt(desk.deps, BILLING);
    await desk.until(first.haltId, isContained);
    receiver.answer(says(503, ''));
    await desk.lift(first.haltId);
    await desk.until(first.haltId, (order) => (switchOf(order).trouble ?? null) !== null);

    receiver.answer(obedientSwitch());
    const second = await halt(desk.deps);

    await desk.until(first.haltId, (order) => switchOf(order).released !== undefined);
    const order = await desk.until(second.haltId, (each) => switchOf(each).level === 'quiesced');
    expect(order.lifted).toBeNull();
    expect(receiver.told.at(-1)?.type).toBe('halt.ordered');
  });
});
