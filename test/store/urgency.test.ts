import { expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { aDatabasePath } from '../support/journal-file.js';

/** Each says its name when its turn has come. */
async function turns(start: (turn: (name: string) => Promise<void>) => Promise<unknown>): Promise<string[]> {
  const store = await openSqliteStore(aDatabasePath());
  const order: string[] = [];
  const turn = (name: string): Promise<void> =>
    store.transact(async (tx) => {
      await tx.head();
      order.push(name);
    });
  await start((name) =>
    name.startsWith('urgent') ? store.urgently(() => turn(name)) : store.patiently(() => turn(name)),
  );
  await store.close();
  return order;
}

it('lets somebody in a hurry go before everybody who can wait', async () => {
  const order = await turns((turn) =>
    Promise.all([turn('alert 1'), turn('alert 2'), turn('alert 3'), turn('urgent press')]),
  );

  expect(order).toEqual(['alert 1', 'urgent press', 'alert 2', 'alert 3']);
});

it('serves those in a hurry in the order in which they came', async () => {
  const order = await turns((turn) =>
    Promise.all([turn('alert'), turn('card'), turn('urgent 1'), turn('urgent 2')]),
  );

  expect(order).toEqual(['alert', 'urgent 1', 'urgent 2', 'card']);
});
