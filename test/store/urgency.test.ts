import { expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { createTurns } from '../../src/store/turns.js';
import { aDatabasePath } from '../support/journal-file.js';

/** Each says its name when its turn has come. */
async function turns(start: (turn: (name: string) => Promise<void>) => Promise<unknown>): Promise<string[]> {
  const store = await openSqliteStore(aDatabasePath());
  const order: string[] = [];
  const turn = (name: string): Promise<void> =>
    (name.startsWith('urgent') ? store.urgent : store).transact(async (tx) => {
      await tx.head();
      order.push(name);
    });
  await start(turn);
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

it('lets nobody wait for ever behind an operation that waits for itself', async () => {
  const queue = createTurns(20);

  const nested = queue.take('patient', () => queue.take('patient', () => Promise.resolve('never')));
  await expect(nested).rejects.toMatchObject({ code: 'unavailable' });
  const next = queue.take('urgent', () => Promise.resolve('halted'));

  await expect(next).resolves.toBe('halted');
});

it('has a long queue wait as long as it moves', async () => {
  const queue = createTurns(20);
  const pause = (): Promise<string> => new Promise((resolve) => setTimeout(resolve, 8, 'stored'));

  const all = Array.from({ length: 12 }, () => queue.take('patient', pause));

  expect(await Promise.all(all)).toEqual(all.map(() => 'stored'));
});

it('lets a press come in while alerts stand in a long queue', async () => {
  const queue = createTurns();
  const order: string[] = [];
  const busy = async (): Promise<void> => {
    const until = performance.now() + 3;
    while (performance.now() < until);
    order.push('alert');
  };

  const alerts = Array.from({ length: 20 }, () => queue.take('patient', busy));
  setImmediate(() => void queue.take('urgent', async () => void order.push('press')));
  await Promise.all(alerts);

  expect(order.indexOf('press')).toBeGreaterThan(0);
  expect(order.indexOf('press')).toBeLessThan(6);
});

it('lets a press come in while one alert begins as soon as the other has ended', async () => {
  const queue = createTurns();
  const order: string[] = [];
  const busy = async (): Promise<void> => {
    const until = performance.now() + 3;
    while (performance.now() < until);
    order.push('alert');
  };
  const oneAfterTheOther = async (): Promise<void> => {
    for (let sent = 0; sent < 20; sent += 1) await queue.take('patient', busy);
  };

  setTimeout(() => void queue.take('urgent', async () => void order.push('press')));
  await oneAfterTheOther();

  expect(order.indexOf('press')).toBeGreaterThan(0);
  expect(order.indexOf('press')).toBeLessThan(6);
});

it('has nobody in a hurry wait for a pause that others make', async () => {
  const queue = createTurns();
  const order: string[] = [];
  const until = performance.now() + 10;
  await queue.take('patient', async () => {
    while (performance.now() < until);
  });

  const alert = queue.take('patient', async () => void order.push('alert'));
  const press = queue.take('urgent', async () => void order.push('press'));
  await Promise.all([alert, press]);

  expect(order).toEqual(['press', 'alert']);
});

it('serves those who can wait in the end, also while there is always somebody in a hurry', async () => {
  const queue = createTurns();
  let isServed = false;
  let hurried = 0;
  const hurry = async (): Promise<void> => {
    while (!isServed && hurried < 10_000)
      await queue.take('urgent', () => {
        hurried += 1;
        return Promise.resolve();
      });
  };

  const crowd = [hurry(), hurry(), hurry()];
  const patient = queue.take('patient', () => Promise.resolve().then(() => (isServed = true)));
  await Promise.all([...crowd, patient]);

  expect(hurried).toBeLessThan(20);
});
