import { describe, expect, it } from 'vitest';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import { readOrder, readPlane } from '../../src/operations/halting/read-plane.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

describe('a halt that cannot be written', () => {
  it('is broadcast all the same, and that is shouted', async () => {
    const { deps, breakStore, logged } = await openPlaneDesk();
    const point = await connect(deps);
    breakStore(true);

    const result = await halt(deps);

    expect(result).toMatchObject({ haltId: 'H-1', epoch: 1, expected: 1, recorded: false });
    expect(point.heard.at(-1)).toMatchObject({ epoch: 1, halts: [{ id: 'H-1' }] });
    expect(logged.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      expect.stringContaining('HALT NOT RECORDED'),
    ]);
  });

  it('is written as soon as that works, and says that it is late', async () => {
    const { deps, breakStore } = await openPlaneDesk();
    const point = await connect(deps);
    breakStore(true);
    await halt(deps);
    await settleContainment(deps);

    breakStore(false);
    await settleContainment(deps);
    await point.say('quiesced');

    const order = await readOrder(deps.store, 'H-1');
    expect(order).toMatchObject({ epoch: 1, recordedLate: true, points: [{ level: 'quiesced' }] });
    expect(order.contained).not.toBeNull();
  });

  it('is not called contained before it is written, and no answer is lost', async () => {
    const { deps, breakStore } = await openPlaneDesk();
    const point = await connect(deps);
    breakStore(true);
    await halt(deps);

    await expect(point.say('quiesced')).rejects.toMatchObject({ code: 'unavailable' });
    breakStore(false);
    await point.say('quiesced');

    expect((await readOrder(deps.store, 'H-1')).contained).not.toBeNull();
  });

  it('keeps its number and epoch to itself: the next ones are newer, also after a restart', async () => {
    const { deps, breakStore } = await openPlaneDesk();
    breakStore(true);
    await halt(deps, { scope: { kind: 'tool', tool: 'a' } });
    breakStore(false);

    const next = await halt(deps, { scope: { kind: 'tool', tool: 'b' } });
    await settleContainment(deps);
    const again = await createHaltPlane(deps.store, { now: deps.now });

    expect(next).toMatchObject({ haltId: 'H-2', epoch: 2, recorded: true });
    expect(again.current()).toMatchObject({ epoch: 2, halts: [{ id: 'H-2' }, { id: 'H-1' }] });
    expect(again.orders.take()).toEqual({ haltId: 'H-3', epoch: 3 });
  });

  it('is not waited for longer than people can bear when the store hangs', async () => {
    const { deps, breakStore: _ } = await openPlaneDesk();
    const point = await connect(deps);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const blocking = deps.store.transact(() => held);

    const before = performance.now();
    const result = await halt(deps);
    const waited = performance.now() - before;
    const told = point.heard.at(-1)?.epoch;
    release();
    await blocking;
    await settleContainment(deps);

    expect(result.recorded).toBe(false);
    expect(told).toBe(1);
    expect(waited).toBeLessThan(2_500);
    expect((await readPlane(deps.store)).orders.size).toBe(1);
  });
});
