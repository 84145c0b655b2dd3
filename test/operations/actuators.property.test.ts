/** Whatever happens in whatever order: an agent that an order covers ends up stopped, and only such an agent. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Order } from '../../src/core/containment.js';
import { readPlane } from '../../src/operations/halting/read-plane.js';
import { openActuatorDesk, switchOf, type ActuatorDesk } from '../support/actuators.js';
import { eventually } from '../support/halting.js';
import { halt } from '../support/plane.js';
import { obedientSwitch, openReceiver, says, type Receiver } from '../support/receiver.js';
import { waiting } from '../support/outbox.js';

type Deed =
  | 'halt agent'
  | 'halt all'
  | 'lift'
  | 'out of order'
  | 'repaired'
  | 'gone'
  | 'back'
  | 'restart'
  | 'wait';

const deed = fc.constantFrom<Deed>(
  'halt agent',
  'halt all',
  'lift',
  'lift',
  'out of order',
  'repaired',
  'gone',
  'back',
  'restart',
  'wait',
);

const standingIn = (orders: Iterable<Order>): Order[] => [...orders].filter(({ lifted }) => lifted === null);

async function perform(what: Deed, desk: ActuatorDesk, receiver: Receiver): Promise<void> {
  const { deps } = desk;
  if (what === 'halt agent') await halt(deps, { scope: { kind: 'agent', agentId: 'billing-agent' } });
  if (what === 'halt all') await halt(deps);
  if (what === 'out of order') receiver.answer(says(503, ''));
  if (what === 'repaired') receiver.obey();
  if (what === 'gone') await receiver.stop();
  if (what === 'back') await receiver.start();
  if (what === 'restart') await desk.restart();
  if (what === 'wait') await sleep(40);
  if (what !== 'lift') return;
  const [oldest] = standingIn((await readPlane(deps.store)).orders.values());
  // A halt that came after the request makes its approval fail, as it should.
  if (oldest !== undefined) await desk.lift(oldest.haltId).catch(() => undefined);
}

it('pitfall 22: never ends with an agent running that an unlifted order covers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 9 }), async (deeds) => {
      let state = 'running';
      const receiver = await openReceiver(obedientSwitch((next) => void (state = next)));
      const desk = await openActuatorDesk(receiver, { timeoutMs: 2_000 });

      for (const what of deeds) await perform(what, desk, receiver);
      receiver.obey();
      await receiver.start();

      await eventually(
        () => waiting(desk.deps),
        (left) => left === 0,
        15_000,
      );
      const standing = standingIn((await readPlane(desk.deps.store)).orders.values());
      expect(state).toBe(standing.length > 0 ? 'stopped' : 'running');
      expect(standing.map((order) => switchOf(order).level)).toEqual(standing.map(() => 'quiesced'));
      await desk.close();
      await receiver.stop();
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);
