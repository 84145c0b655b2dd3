import { expect, it, vi } from 'vitest';
import type { Deps } from '../../src/operations/deps.js';
import type { Transaction } from '../../src/store/types.js';
import { add, openBench, start, waiting } from '../support/outbox.js';
import { wrapped } from '../support/wrapped-store.js';

/** The same desk, with something happening in every transaction. */
function within(deps: Deps, change: (tx: Transaction) => Transaction): Deps {
  const store = wrapped(deps.store, {
    transact: (work) => deps.store.transact((tx) => work(change(tx))),
  });
  return { ...deps, store };
}

const DONE = { 'channel:topic': () => Promise.resolve({ kind: 'done' as const }) };

it('writes what has been delivered together with what is begun next', async () => {
  const { deps } = await openBench();
  let commits = 0;
  const counted = within(deps, (tx) => {
    commits += 1;
    return tx;
  });
  await add(deps, ...Array.from({ length: 10 }, (_, index) => ({ key: `e${index}`, incident: 'INC-1' })));

  start(counted, { effectors: DONE, pollMs: 60_000 });

  await vi.waitFor(async () => expect(await waiting(deps)).toBe(0));
  expect(commits).toBeLessThanOrEqual(12);
});

it('asks nothing but where there is work while nothing is to be delivered', async () => {
  const { deps } = await openBench();
  let commits = 0;
  const counted = within(deps, (tx) => {
    commits += 1;
    return tx;
  });

  const outbox = start(counted, { effectors: DONE, pollMs: 10 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await outbox.drain(1_000);

  expect(commits).toBe(0);
});

it('stores the outcomes of the others where one of them cannot be stored', async () => {
  const { deps, logged } = await openBench();
  await add(deps, { key: 'good', incident: 'INC-1' }, { key: 'bad', incident: 'INC-2' });
  const due = await deps.store.transact((tx) => tx.effects.due('bulk', deps.now(), 2));
  const bad = due.find(({ key }) => key === 'bad')?.id;
  const failing = within(deps, (tx) => ({
    ...tx,
    effects: {
      ...tx.effects,
      done: (id, at) => (id === bad ? Promise.reject(new Error('no')) : tx.effects.done(id, at)),
    },
  }));
  let arrived = 0;
  let leave: (() => void) | undefined;
  const both = new Promise<void>((resolve) => (leave = resolve));

  start(failing, {
    effectors: {
      'channel:topic': async () => {
        arrived += 1;
        if (arrived === 2) leave?.();
        await both;
        return { kind: 'done' };
      },
    },
  });

  await vi.waitFor(async () => expect(await waiting(deps)).toBe(1));
  await vi.waitFor(() => expect(logged.map(({ level }) => level)).toContain('error'));
});
