import { expect, it } from 'vitest';
import type { Lane, NewEffect, Store } from '../../../src/store/types.js';
import { anEffect, AT, LATER } from '../../support/store-rows.js';

const TOPIC = { key: 'channel:topic:INC-7', kind: 'channel:topic' };

export function effectContract(store: () => Store): void {
  const add = (...effects: NewEffect[]): Promise<void> =>
    store().transact(async (tx) => {
      for (const effect of effects) await tx.addEffect(effect);
    });
  const due = (now = AT, lane: Lane = 'bulk') => store().transact((tx) => tx.effects.due(lane, now, 10));
  const dueKeys = async (now = AT, lane: Lane = 'bulk'): Promise<string[]> =>
    (await due(now, lane)).map(({ key }) => key);
  const idOf = async (key: string): Promise<number> =>
    (await due(LATER)).find((row) => row.key === key)?.id ?? 0;

  it('hands out an effect until it is done, with its payload', async () => {
    await add(anEffect({ payload: { incident: 'INC-7', users: ['U0SRE1'] } }));

    const [effect] = await due();
    await store().transact((tx) => tx.effects.done(effect?.id ?? 0, AT));

    expect(effect).toMatchObject({
      ...anEffect({ payload: { incident: 'INC-7', users: ['U0SRE1'] } }),
      attempts: 0,
      begun: false,
    });
    expect(await due(LATER)).toEqual([]);
  });

  it('is one effect however often the same key is added, also after it is done', async () => {
    await add(anEffect(), anEffect());
    await store().transact(async (tx) => tx.effects.done(await idOfIn(tx), AT));
    await add(anEffect());

    expect(await due(LATER)).toEqual([]);
  });

  it('forgets effects that were finished long ago, and none that still waits', async () => {
    await add(anEffect(), anEffect(TOPIC));
    await finish(await idOf('channel:create:INC-7'));

    const tooSoon = await store().transact((tx) => tx.prune(AT, 10));
    const pruned = await store().transact((tx) => tx.prune(LATER, 10));

    expect([tooSoon, pruned]).toEqual([0, 1]);
    expect(await dueKeys(LATER)).toEqual(['channel:topic:INC-7']);
  });

  it('gives the effects of one incident one by one, in the order they were added', async () => {
    await add(anEffect(), anEffect(TOPIC), anEffect({ key: 'channel:create:INC-8', incident: 'INC-8' }));

    const first = await dueKeys();
    await finish(await idOf('channel:create:INC-7'));

    expect(first).toEqual(['channel:create:INC-7', 'channel:create:INC-8']);
    expect(await dueKeys()).toEqual(['channel:topic:INC-7', 'channel:create:INC-8']);
  });

  it('lets the next one wait while the first is waiting to be retried', async () => {
    await add(anEffect(), anEffect(TOPIC));
    await retry(await idOf('channel:create:INC-7'), { at: LATER, began: false });

    expect(await dueKeys(AT)).toEqual([]);
    expect(await dueKeys(LATER)).toEqual(['channel:create:INC-7']);
  });

  it('goes on with the next one when the first is dropped', async () => {
    await add(anEffect(), anEffect(TOPIC));
    const id = await idOf('channel:create:INC-7');
    await store().transact((tx) => tx.effects.drop(id, AT, 'restricted_action'));

    expect(await dueKeys()).toEqual(['channel:topic:INC-7']);
  });

  it('keeps lanes apart: nothing in bulk holds up a halt', async () => {
    await add(anEffect(), anEffect({ key: 'halt:push', lane: 'halt' }));

    expect(await dueKeys(AT, 'halt')).toEqual(['halt:push']);
    expect(await dueKeys(AT, 'bulk')).toEqual(['channel:create:INC-7']);
  });

  it('does not order effects that belong to no incident', async () => {
    await add(anEffect({ key: 'a', incident: null }), anEffect({ key: 'b', incident: null }));
    await retry(await idOf('a'), { at: LATER, began: false });

    expect(await dueKeys(AT)).toEqual(['b']);
  });

  it('remembers that an attempt was begun, until its outcome is known', async () => {
    await add(anEffect());
    const id = await idOf('channel:create:INC-7');
    await store().transact((tx) => tx.effects.begin(id));
    const begun = await due();
    await retry(id, { at: AT, began: true });
    const unknown = await due();
    await retry(id, { at: AT, began: false });

    expect(begun).toMatchObject([{ begun: true, attempts: 1 }]);
    expect(unknown).toMatchObject([{ begun: true }]);
    expect(await due()).toMatchObject([{ begun: false, attempts: 1 }]);
  });

  it('says how many wait and since when', async () => {
    const empty = await store().transact((tx) => tx.effects.backlog());
    await add(anEffect(), anEffect(TOPIC));
    await finish(await idOf('channel:create:INC-7'));
    const { waiting, oldestAt } = await store().transact((tx) => tx.effects.backlog());

    expect(empty).toEqual({ waiting: 0, oldestAt: null });
    expect(waiting).toBe(1);
    expect(Date.parse(oldestAt ?? '')).toBeGreaterThan(0);
  });

  it('hands out no more than asked', async () => {
    await add(anEffect({ key: 'a', incident: null }), anEffect({ key: 'b', incident: null }));

    expect(await store().transact((tx) => tx.effects.due('bulk', AT, 1))).toHaveLength(1);
  });

  const finish = (id: number): Promise<void> => store().transact((tx) => tx.effects.done(id, AT));
  const retry = (id: number, { at, began }: { at: string; began: boolean }): Promise<void> =>
    store().transact((tx) => tx.effects.retry(id, { at, error: 'timeout', began }));
  const idOfIn = async (tx: Parameters<Parameters<Store['transact']>[0]>[0]): Promise<number> =>
    (await tx.effects.due('bulk', AT, 1))[0]?.id ?? 0;
}
