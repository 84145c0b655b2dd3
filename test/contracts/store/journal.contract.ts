import { expect, it } from 'vitest';
import { GENESIS_HASH } from '../../../src/store/chain.js';
import type { Store } from '../../../src/store/types.js';
import { anAppend, AT, LATER } from '../../support/store-rows.js';

export function journalContract(store: () => Store): void {
  it('gives back a fact as it was handed in, with its place in the journal', async () => {
    await store().transact((tx) =>
      tx.append(
        anAppend({ occurredAt: AT, recordedAt: LATER, events: [{ type: 'a:b', data: { z: 1, a: 'ä' } }] }),
      ),
    );

    const [entry] = await store().readStream('INC-7');

    expect(entry).toMatchObject({
      seq: 1,
      stream: 'INC-7',
      version: 1,
      type: 'a:b',
      data: { z: 1, a: 'ä' },
      private: null,
      actor: { kind: 'person', id: 'U0SRE1', roles: ['on-call-sre'], via: 'slack' },
      occurredAt: AT,
      recordedAt: LATER,
    });
  });

  it('numbers the whole journal and each stream without holes', async () => {
    const two = [
      { type: 'a:b', data: {} },
      { type: 'c:d', data: {} },
    ];
    await store().transact((tx) => tx.append(anAppend({ events: two })));
    await store().transact((tx) => tx.append(anAppend({ stream: 'plane' })));
    await store().transact((tx) => tx.append(anAppend()));

    const places = [...(await store().readStream('INC-7')), ...(await store().readStream('plane'))];

    expect(places.map(({ seq, version }) => [seq, version])).toEqual([
      [1, 1],
      [2, 2],
      [4, 3],
      [3, 1],
    ]);
  });

  it('reads a stream from after the version one has', async () => {
    await store().transact(async (tx) => {
      await tx.append(anAppend());
      await tx.append(anAppend());
    });

    expect((await store().readStream('INC-7', 1)).map(({ version }) => version)).toEqual([2]);
  });

  it('shows a head that is the newest entry, and the genesis hash before the first', async () => {
    const before = await store().head();
    await store().transact((tx) => tx.append(anAppend()));
    const [entry] = await store().readStream('INC-7');

    expect(before).toEqual({ size: 0, hash: GENESIS_HASH });
    expect(await store().head()).toEqual({ size: 1, hash: entry?.hash });
  });

  it('refuses a writer who has not seen the newest version, and writes nothing', async () => {
    await store().transact((tx) => tx.append(anAppend({ expectedVersion: 0 })));

    const late = store().transact((tx) => tx.append(anAppend({ expectedVersion: 0 })));

    await expect(late).rejects.toMatchObject({ name: 'DomainError', code: 'conflict' });
    expect(await store().head()).toMatchObject({ size: 1 });
  });

  it('appends once however often the same idempotency key comes', async () => {
    const once = anAppend({ idempotencyKey: 'press:1' });

    const first = await store().transact((tx) => tx.append(once));
    const again = await store().transact((tx) => tx.append({ ...once, stream: 'INC-8', expectedVersion: 9 }));

    expect([first, again]).toEqual([true, false]);
    expect(await store().head()).toMatchObject({ size: 1 });
  });

  it('keeps a private body apart and gives it back with its fact', async () => {
    const events = [{ type: 'note:added', data: {}, private: { text: 'refunds <!channel>' } }];
    await store().transact((tx) => tx.append(anAppend({ events })));

    const [entry] = await store().readStream('INC-7');

    expect(entry?.private).toEqual({ text: 'refunds <!channel>' });
    expect(entry?.data).toEqual({});
  });

  it('verifies what was written, odd text included', async () => {
    const odd = 'half a pair \ud800, a zero \u0000, a quote " and \u2028';
    const events = [{ type: 'note:added', data: { odd, [odd]: 1 }, private: { odd } }];
    await store().transact((tx) => tx.append(anAppend({ stream: odd, idempotencyKey: odd, events })));

    expect(await store().verify()).toEqual({
      entries: 1,
      head: await store().head(),
      broken: null,
      erased: 0,
    });
    expect(await store().readStream(odd)).toHaveLength(1);
  });

  it('keeps the heads that were shown outside, each once', async () => {
    await store().transact((tx) => tx.append(anAppend()));
    const head = await store().head();
    await store().transact((tx) => tx.addCheckpoint(head));
    await store().transact((tx) => tx.addCheckpoint(head));

    expect(await store().checkpoints()).toEqual([head]);
    expect(await store().verify([{ size: 1, hash: head.hash.slice(0, 16) }])).toMatchObject({ broken: null });
  });
}
