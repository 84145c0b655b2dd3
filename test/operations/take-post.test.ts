import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/types.js';
import { plainSource } from '../../src/core/source-settings.js';
import { takeHeldPosts } from '../../src/operations/alerts/take-held-posts.js';
import { takePost } from '../../src/operations/alerts/take-post.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { ALERTMANAGER, anAlert, openDesk } from '../support/desk.js';

const source = plainSource('alertmanager');
const post = (key: string, times = 1) => ({
  source,
  actor: ALERTMANAGER,
  post: {
    alerts: Array.from({ length: times }, () => anAlert({ dedupKey: key })),
    reports: [],
    deliveryId: null,
  },
});

describe('a post that comes while more is waiting to be stored than may', () => {
  it('is held, so that a sender that never asks twice loses nothing', async () => {
    const { deps } = await openDesk();

    const [first, second] = await Promise.all([
      takePost(deps, post('first', 4_000)),
      takePost(deps, post('second')),
    ]);
    const waiting = await deps.store.countHeldPosts('alertmanager');
    await takeHeldPosts(deps);

    expect([first.post, second.post, waiting]).toEqual(['taken', 'held', 1]);
    expect(await deps.store.alert('second')).toMatchObject({ incident: 'INC-1' });
    expect(await deps.store.countHeldPosts('alertmanager')).toBe(0);
  });
});

it('tells of each alert what became of it, those that are left out among them', async () => {
  const { deps } = await openDesk();
  const rules = [{ when: { env: 'staging' }, ignore: true }];
  const alerts = [anAlert(), anAlert({ dedupKey: 'other', labels: { env: 'staging' } })];

  const taken = await takePost(deps, {
    source: { ...source, rules },
    actor: ALERTMANAGER,
    post: { alerts, reports: [], deliveryId: null },
  });

  expect(taken.outcomes).toMatchObject([
    { outcome: 'opened', incident: 'INC-1' },
    { outcome: 'left-out', incident: null, note: 'Rule 1 of this source in sources.yml leaves it out.' },
  ]);
});

it('takes the end of an alert that it took, although only its beginning named an agent', async () => {
  const { deps } = await openDesk();
  const ofAgents = { ...source, onlyKnownAgents: true };
  const take = (...alerts: ReturnType<typeof anAlert>[]) =>
    takePost(deps, {
      source: ofAgents,
      actor: ALERTMANAGER,
      post: { alerts, reports: [], deliveryId: null },
    });
  const end = { status: 'resolved', agentId: null } as const;
  await take(anAlert({ dedupKey: 'a' }));

  const taken = await take(anAlert({ dedupKey: 'a', ...end }), anAlert({ dedupKey: 'stranger', ...end }));

  expect(taken.outcomes.map(({ dedupKey, outcome }) => [dedupKey, outcome])).toEqual([
    ['a', 'resolved'],
    ['stranger', 'left-out'],
  ]);
});

describe('a paused source that posts hundreds at once', () => {
  async function openHeld(posts: number) {
    const { deps: desk } = await openDesk();
    let commits = 0;
    const store: Store = {
      ...desk.store,
      transact: (work) => {
        commits += 1;
        return desk.store.transact(work);
      },
    };
    const deps = { ...desk, store };
    const key = (index: number) => `episode ${index % 4}`;
    const held = await Promise.all(
      Array.from({ length: posts }, (_, index) => takePost(deps, { ...post(key(index)), isStorm: true })),
    );
    return { deps, held, commits: () => commits };
  }

  it('has them stored in a few commits, each answered, and taken in a few more, counted exactly', async () => {
    const { deps, held, commits } = await openHeld(400);
    const toHold = commits();

    const taken = await takeHeldPosts(deps);

    const counts = await Promise.all(
      [0, 1, 2, 3].map(async (index) => (await deps.store.alert(`episode ${index}`))?.count),
    );
    expect(new Set(held.map((each) => each.post))).toEqual(new Set(['held']));
    expect([taken, counts]).toEqual([400, [100, 100, 100, 100]]);
    expect(toHold).toBeLessThan(20);
    expect(commits() - toHold).toBeLessThan(60);
  });

  it('is heard in its order: what ends an alert comes after what began it', async () => {
    const { deps } = await openDesk();
    const { post: whole, ...about } = post('a');
    for (const status of ['firing', 'resolved', 'firing', 'resolved'] as const) {
      const alerts = whole.alerts.map((alert) => ({ ...alert, status }));
      await takePost(deps, { ...about, post: { ...whole, alerts }, isStorm: true });
    }

    await takeHeldPosts(deps);

    expect(await deps.store.alert('a')).toMatchObject({ status: 'resolved', count: 2 });
  });

  it('lets one that cannot be read hold up those behind it for a while, and loses none', async () => {
    const { deps } = await openDesk();
    await takePost(deps, { ...post('before'), isStorm: true });
    await deps.store.transact((tx) =>
      tx.holdPost({ source: 'alertmanager', receivedAt: deps.now(), body: { rubbish: true } }),
    );
    await takePost(deps, { ...post('behind'), isStorm: true });

    const taken = [];
    for (let tick = 0; tick < 3; tick += 1) taken.push(await takeHeldPosts(deps));

    expect(taken).toEqual([1, 0, 1]);
    expect(await deps.store.countHeldPosts('alertmanager')).toBe(1);
  });
});

describe('alerts that come in one post', () => {
  const at = (minute: number): string => `2026-11-20T03:0${minute}:00.000Z`;
  const late = anAlert({ dedupKey: 'late', tripwire: 'cost-rate', startsAt: at(9) });
  const early = anAlert({ dedupKey: 'early', tripwire: 'authorisation', startsAt: at(2) });

  it('are as old as their beginnings: the first of them opens the incident and is its Trigger', async () => {
    const { deps } = await openDesk();

    const { outcomes } = await takePost(deps, {
      source,
      actor: ALERTMANAGER,
      post: { alerts: [late, early], reports: [], deliveryId: null },
    });

    const { incident } = await readIncident(deps.store, 'INC-1');
    expect(incident).toMatchObject({ tripwire: 'authorisation', chain: { trigger: { at: at(2) } } });
    expect(incident.pages[0]?.role).toBe('security-on-call');
    expect(outcomes.map(({ dedupKey, outcome }) => [dedupKey, outcome])).toEqual([
      ['late', 'joined'],
      ['early', 'opened'],
    ]);
  });

  it('keep their order where one of them comes twice', async () => {
    const { deps } = await openDesk();
    const over = { ...early, status: 'resolved' as const };

    await takePost(deps, {
      source,
      actor: ALERTMANAGER,
      post: { alerts: [late, early, over], reports: [], deliveryId: null },
    });

    expect((await deps.store.alert('early'))?.status).toBe('resolved');
    expect((await deps.store.alert('late'))?.status).toBe('firing');
  });
});
