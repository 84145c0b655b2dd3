import { expect, it } from 'vitest';
import type { Lane, NewSurface, Store } from '../../../src/store/types.js';
import { anIncidentRow, aSurface, AT, LATER } from '../../support/store-rows.js';

const KEY = 'announcement:INC-7';
const POSTED = { channelId: 'C0ANNOUNCE', ts: '1763608320.000100', digest: 'd1' };

export function surfaceContract(store: () => Store): void {
  const touch = (change: Partial<NewSurface> = {}): Promise<void> =>
    store().transact((tx) => tx.touchSurface(aSurface(change)));
  const due = (now = AT, lane: Lane = 'bulk') =>
    store().transact((tx) => tx.surfaces.due({ lane, now, limit: 10 }));
  const dueKeys = async (now = AT, lane: Lane = 'bulk'): Promise<string[]> =>
    (await due(now, lane)).map(({ key }) => key);
  const rendered = (key: string, version: number): Promise<void> =>
    store().transact((tx) => tx.surfaces.rendered(key, { ...POSTED, version }));

  it('is due from the first touch until Slack has accepted it', async () => {
    await touch();
    const before = await due();
    await rendered(KEY, 1);

    expect(before).toEqual([
      {
        ...aSurface(),
        threadOf: null,
        channelId: null,
        ts: null,
        renderedDigest: null,
        begun: false,
        attempts: 0,
        wantedVersion: 1,
        place: 'place C0ANNOUNCE',
      },
    ]);
    expect(await due()).toEqual([]);
    expect(await store().surface(KEY)).toMatchObject({
      channelId: 'C0ANNOUNCE',
      ts: '1763608320.000100',
      renderedDigest: 'd1',
    });
  });

  it('keeps its place in Slack when it is touched again', async () => {
    await touch();
    await rendered(KEY, 1);
    await touch();

    expect(await due()).toMatchObject([
      { key: KEY, channelId: 'C0ANNOUNCE', ts: '1763608320.000100', wantedVersion: 2 },
    ]);
  });

  it('is aimed elsewhere by a touch, but not while an attempt may have posted it', async () => {
    await touch({ target: 'C0FIRST' });
    await touch({ target: 'C0SECOND' });
    const [aimed] = await due();
    await store().transact((tx) => tx.surfaces.begin(KEY));
    await touch({ target: 'incident' });
    const [begun] = await due();
    await store().transact((tx) => tx.surfaces.retry(KEY, { at: AT, error: 'refused', began: false }));
    await touch({ target: 'C0THIRD' });

    expect([aimed?.target, begun?.target]).toEqual(['C0SECOND', 'C0SECOND']);
    expect(await due()).toMatchObject([{ target: 'C0THIRD' }]);
  });

  it('stays due when what was rendered is older than what is wanted', async () => {
    await touch();
    await touch();
    await rendered(KEY, 1);

    expect(await dueKeys()).toEqual([KEY]);
    await rendered(KEY, 2);
    expect(await dueKeys()).toEqual([]);
  });

  it('touches all of one incident and none of another', async () => {
    await touch();
    await touch({ key: 'announcement:INC-8', incident: 'INC-8' });
    await rendered(KEY, 1);
    await rendered('announcement:INC-8', 1);
    await store().transact((tx) => tx.touchSurfacesOf('INC-7'));

    expect(await dueKeys()).toEqual([KEY]);
    expect((await store().surfacesOf('INC-7')).map(({ key }) => key)).toEqual([KEY]);
  });

  it('waits with a card until its incident has a channel', async () => {
    await store().transact((tx) => tx.addIncident(anIncidentRow()));
    await touch({ key: 'card:INC-7', kind: 'incident-card', target: 'incident' });
    const before = await dueKeys();
    await store().transact((tx) => tx.setIncident('incident', 7, { channelId: 'C0INC7' }));

    expect(before).toEqual([]);
    expect(await dueKeys()).toEqual(['card:INC-7']);
  });

  it('waits with a reply until the message above it is posted', async () => {
    await touch();
    await touch({ key: 'reply', threadOf: KEY });
    const before = await dueKeys();
    await rendered(KEY, 1);

    expect(before).toEqual([KEY]);
    expect(await due()).toMatchObject([{ key: 'reply', threadOf: KEY }]);
  });

  it('waits with a reply to something that does not exist', async () => {
    await touch({ key: 'reply', threadOf: 'nothing' });

    expect(await due()).toEqual([]);
  });

  it('is tried again at the time given, and remembers an unknown outcome', async () => {
    await touch();
    await store().transact((tx) => tx.surfaces.begin(KEY));
    await store().transact((tx) => tx.surfaces.retry(KEY, { at: LATER, error: 'timeout', began: true }));

    expect(await due(AT)).toEqual([]);
    expect(await due(LATER)).toMatchObject([{ key: KEY, begun: true, attempts: 1 }]);
  });

  it('forgets failed attempts once it is rendered', async () => {
    await touch();
    await store().transact((tx) => tx.surfaces.begin(KEY));
    await rendered(KEY, 1);

    expect(await store().surface(KEY)).toMatchObject({ begun: false, attempts: 0 });
  });

  it('is not tried any more when parked, until it is touched', async () => {
    await touch();
    await store().transact((tx) => tx.surfaces.park(KEY, 'channel_not_found'));
    const parked = await due(LATER);
    await touch();

    expect(parked).toEqual([]);
    expect(await dueKeys()).toEqual([KEY]);
  });

  it('renders what was never tried before what keeps failing', async () => {
    await touch();
    await store().transact((tx) => tx.surfaces.begin(KEY));
    await store().transact((tx) => tx.surfaces.retry(KEY, { at: AT, error: 'timeout', began: false }));
    await touch({ key: 'fresh', target: 'C0OTHER' });

    expect(await dueKeys()).toEqual(['fresh', KEY]);
  });

  it('posts one new message in each place at a time, and whatever already stands in Slack', async () => {
    await touch({ key: 'posted' });
    await rendered('posted', 1);
    await touch({ key: 'failed' });
    await store().transact((tx) => tx.surfaces.begin('failed'));
    for (const key of ['first', 'second', 'posted']) await touch({ key });
    await touch({ key: 'elsewhere', target: 'C0OTHER' });
    await touch({ key: 'reply', threadOf: 'posted' });
    await touch({ key: 'another reply', threadOf: 'posted' });

    const found = await due();

    expect(found.map(({ key, place }) => [key, place])).toEqual([
      ['posted', null],
      ['first', 'place C0ANNOUNCE'],
      ['elsewhere', 'place C0OTHER'],
      ['reply', 'thread of posted'],
    ]);
  });

  it('leaves out surfaces and places that have to wait', async () => {
    for (const key of ['posted', 'resting']) {
      await touch({ key });
      await rendered(key, 1);
      await touch({ key });
    }
    for (const key of ['first', 'second']) await touch({ key });
    await touch({ key: 'elsewhere', target: 'C0OTHER' });
    const keysBut = async (...except: string[]): Promise<string[]> =>
      (await store().transact((tx) => tx.surfaces.due({ lane: 'bulk', now: AT, limit: 10, except }))).map(
        ({ key }) => key,
      );

    expect(await keysBut('resting', 'place C0ANNOUNCE')).toEqual(['posted', 'elsewhere']);
    expect(await keysBut('first')).toEqual(['posted', 'resting', 'second', 'elsewhere']);
  });

  it('keeps lanes apart', async () => {
    await touch();
    await touch({ key: 'halt:H-1', kind: 'halt', lane: 'halt' });

    expect(await dueKeys(AT, 'halt')).toEqual(['halt:H-1']);
  });
}
