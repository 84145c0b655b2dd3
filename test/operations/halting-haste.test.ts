import { expect, it } from 'vitest';
import { connect, halt, openPlaneDesk } from '../support/plane.js';
import { wrapped } from '../support/wrapped-store.js';
import type { Deps } from '../../src/operations/deps.js';

/** What each transaction asks of the journal, in order. */
function overheard(deps: Deps): { readonly deps: Deps; readonly asked: string[] } {
  const asked: string[] = [];
  const store = wrapped(deps.store, {
    transact: (work) =>
      deps.store.transact((tx) =>
        work({
          ...tx,
          append: (request) => {
            asked.push(...request.events.map(({ type }) => type));
            return tx.append(request);
          },
          fold: (projection) => {
            asked.push(`read ${projection.stream}`);
            return tx.fold(projection);
          },
        }),
      ),
  });
  return { deps: { ...deps, store }, asked };
}

it('an order is broadcast without being read back: its ten thousand points would keep each guard waiting', async () => {
  const { deps: desk } = await openPlaneDesk();
  const point = await connect(desk);
  const { deps, asked } = overheard(desk);

  await halt(deps);

  expect(point.heard.at(-1)).toMatchObject({ epoch: 1 });
  expect(asked).toContain('halt:ordered');
  expect(asked.slice(asked.indexOf('halt:ordered'))).not.toContain('read plane');
});

it('an answer that is not the last wakes nobody: the tick has the cards drawn', async () => {
  const { deps: desk } = await openPlaneDesk();
  let woken = 0;
  const deps = { ...desk, wake: () => void (woken += 1) };
  const [first, second] = [await connect(deps, 'billing-1'), await connect(deps, 'billing-2')];
  await halt(deps);
  woken = 0;

  await first.say('quiesced');
  const afterTheFirst = woken;
  await second.say('quiesced');

  expect(afterTheFirst).toBe(0);
  expect(woken).toBeGreaterThan(0);
});
