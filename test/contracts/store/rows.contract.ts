import { expect, it } from 'vitest';
import type { AlertRow, PointRow, Store, TokenRow } from '../../../src/store/types.js';
import { AT, LATER } from '../../support/store-rows.js';

const ALERT: AlertRow = {
  dedupKey: 'cost-rate/billing-agent',
  incident: 'INC-7',
  status: 'firing',
  count: 1,
  firstAt: AT,
  lastAt: AT,
};

const POINT: PointRow = {
  pointId: 'p1',
  agentId: 'billing-agent',
  instance: 'pod-1',
  kind: 'guard',
  state: 'connected',
  firstSeenAt: AT,
  lastHeartbeatAt: AT,
  epoch: 3,
};

const TOKEN: TokenRow = {
  id: 't1',
  name: 'alertmanager',
  hash: 'ab'.repeat(32),
  scopes: ['alerts', 'read'],
  roles: ['on-call-sre'],
  person: null,
  agentId: null,
  createdAt: AT,
  revokedAt: null,
};

export function rowContract(store: () => Store): void {
  it('keeps one row an alert, the newest', async () => {
    const repeated: AlertRow = { ...ALERT, count: 2, lastAt: LATER, status: 'resolved' };
    await store().transact((tx) => tx.putAlert(ALERT));
    await store().transact((tx) => tx.putAlert(repeated));

    expect(await store().alert(ALERT.dedupKey)).toEqual(repeated);
    expect(await store().alert('other')).toBeUndefined();
  });

  it('keeps what a source has said of an alert, whether or not it has an incident, and forgets it in the end', async () => {
    const said = { dedupKey: 'a', startsAt: null, endsAt: AT, heardAt: AT };
    const newer = { ...said, startsAt: LATER, heardAt: LATER };
    const put = (row: typeof newer | typeof said) => store().transact((tx) => tx.putAlertSaid(row));
    await put(said);
    await put({ ...said, dedupKey: 'b' });
    await put(newer);

    const known = [await store().alertSaid('a'), await store().alertSaid('b'), await store().alertSaid('c')];
    const pruned = await store().transact((tx) => tx.prune(LATER, 10));

    expect(known).toEqual([newer, { ...said, dedupKey: 'b' }, undefined]);
    expect(pruned).toBe(1);
    expect([await store().alertSaid('a'), await store().alertSaid('b')]).toEqual([newer, undefined]);
  });

  it('keeps one row an enforcement point, the newest', async () => {
    const gone: PointRow = { ...POINT, state: 'gone', epoch: 4, lastHeartbeatAt: LATER };
    await store().transact((tx) => tx.putPoints([POINT]));
    await store().transact((tx) => tx.putPoints([gone]));

    expect(await store().points()).toEqual([gone]);
  });

  it('forgets guards that left and gateways that fell silent long ago, and none that may hold a lease', async () => {
    await store().transact((tx) =>
      tx.putPoints([
        { ...POINT, pointId: 'gone', state: 'gone' },
        { ...POINT, pointId: 'gone lately', state: 'gone', lastHeartbeatAt: LATER },
        { ...POINT, pointId: 'silent', state: 'disconnected' },
        { ...POINT, pointId: 'gateway', kind: 'gateway' },
      ]),
    );

    const pruned = await store().transact((tx) => tx.prune(LATER, 10));

    expect(pruned).toBe(2);
    expect((await store().points()).map(({ pointId }) => pointId)).toEqual(['gone lately', 'silent']);
  });

  it('forgets claims that were made long ago, so many at a time', async () => {
    const claim = (key: string, at: string) => store().transact((tx) => tx.claim(key, at));
    for (const key of ['press:1', 'press:2', 'press:3']) await claim(key, AT);
    await claim('press:4', LATER);

    const pruned = [
      await store().transact((tx) => tx.prune(LATER, 2)),
      await store().transact((tx) => tx.prune(LATER, 2)),
    ];

    expect(pruned).toEqual([2, 1]);
    expect(await claim('press:1', LATER)).toBe(true);
    expect(await claim('press:4', LATER)).toBe(false);
  });

  it('finds a token by its hash and revokes it once', async () => {
    await store().transact((tx) => tx.addToken(TOKEN));
    const known = await store().token(TOKEN.hash);
    const first = await store().transact((tx) => tx.revokeToken('t1', LATER));
    const again = await store().transact((tx) => tx.revokeToken('t1', LATER));

    expect(known).toEqual(TOKEN);
    expect([first, again]).toEqual([true, false]);
    expect(await store().tokens()).toEqual([{ ...TOKEN, revokedAt: LATER }]);
    expect(await store().token('cd'.repeat(32))).toBeUndefined();
  });

  it('keeps any value as a setting and replaces it', async () => {
    await store().transact((tx) => tx.setSetting('directory', { groups: { S1: ['U0SRE1'] } }));
    const first = await store().setting('directory');
    await store().transact((tx) => tx.setSetting('directory', null));

    expect(first).toEqual({ groups: { S1: ['U0SRE1'] } });
    expect(await store().setting('directory')).toBeNull();
    expect(await store().setting('never set')).toBeUndefined();
  });

  it('lets only the first of many claim a press', async () => {
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => store().transact((tx) => tx.claim('press:1', AT))),
    );

    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it('counts each counter by itself, from one', async () => {
    const seen = await store().transact(async (tx) => [
      await tx.currentNumber('epoch'),
      await tx.nextNumber('epoch'),
      await tx.nextNumber('epoch'),
      await tx.currentNumber('epoch'),
      await tx.nextNumber('drill'),
    ]);

    expect(seen).toEqual([0, 1, 2, 2, 1]);
  });
}
