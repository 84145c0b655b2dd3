import { describe, expect, it } from 'vitest';
import { plainSource } from '../../src/core/source-settings.js';
import { takeHeldPosts } from '../../src/operations/take-held-posts.js';
import { takePost } from '../../src/operations/take-post.js';
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
