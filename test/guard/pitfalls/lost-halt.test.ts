/** Halting.md §4.8, pitfalls 2, 3 and 25: a control plane that comes back knowing less than its guards. */
import { expect, it } from 'vitest';
import { breakable } from '../../support/breakable-store.js';
import { eventually, openHaltDesk } from '../../support/halting.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'external-api-call' };

it('pitfall 02: an order that was broadcast and never written survives the death of its control plane', async () => {
  const { through, breaks } = breakable();
  const desk = await openHaltDesk({ through });
  const guard = desk.guard();
  await guard.ready();
  breaks(true);
  const lost = await desk.order();
  await eventually(
    () => guard.halts.length,
    (held) => held === 1,
  );

  const restarting = desk.restart(200);
  breaks(false);
  await restarting;
  const back = await eventually(
    () => ({ state: guard.state, epoch: guard.epoch, halts: guard.halts }),
    ({ state, epoch }) => state === 'live' && epoch > lost.epoch,
    15_000,
  );

  expect(lost.recorded).toBe(false);
  expect(desk.deps.plane.current().halts).toMatchObject([{ scope: { kind: 'all' } }]);
  expect(back.halts).toHaveLength(1);
  await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ haltId: back.halts[0]?.id });
});
