import { describe, expect, it } from 'vitest';
import type { Deps } from '../../src/operations/deps.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { surfacePosted } from '../../src/operations/outbox/surface-posted.js';
import { surfaceRefused } from '../../src/operations/outbox/surface-refused.js';
import type { SurfaceRow } from '../../src/store/types.js';
import { openByAlert, openDesk, surfaceNamed } from '../support/desk.js';

async function pageOf(deps: Deps, name: string): Promise<SurfaceRow> {
  const [page] = (await readIncident(deps.store, name)).incident.pages;
  return surfaceNamed(deps, `page:${name}:${page?.pageId}:U0OWNER1`);
}

describe('what became of a message', () => {
  it('dates the Page of the chain by when Slack accepted it, once', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    const surface = await pageOf(deps, name);
    clock.advance(4000);

    await surfacePosted(deps, { surface, at: '2026-11-20T03:12:01.500Z' });
    await surfacePosted(deps, { surface, at: '2026-11-20T03:12:01.500Z' });

    const { incident } = await readIncident(deps.store, name);
    expect(incident.chain.page?.at).toBe('2026-11-20T03:12:01.500Z');
    expect(incident.pages[0]?.sentTo).toEqual([{ userId: 'U0OWNER1', at: '2026-11-20T03:12:01.500Z' }]);
  });

  it('adds nothing to the journal for a card', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    const before = await deps.store.head();

    await surfacePosted(deps, { surface: await surfaceNamed(deps, `card:${name}`), at: deps.now() });

    expect(await deps.store.head()).toEqual(before);
  });

  it('puts a page that Slack refuses on record, once', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    const surface = await pageOf(deps, name);

    await surfaceRefused(deps, { surface, error: 'user_disabled' });
    await surfaceRefused(deps, { surface, error: 'user_disabled' });

    const { incident } = await readIncident(deps.store, name);
    expect(incident.pages[0]?.failures).toMatchObject([{ userId: 'U0OWNER1', error: 'user_disabled' }]);
    expect(incident.chain.page).toBeNull();
  });

  it('tells on the card what the refusal of another message means', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    const surface = await surfaceNamed(deps, `announcement:${name}`);

    await surfaceRefused(deps, { surface, error: 'restricted_action' });

    const { incident } = await readIncident(deps.store, name);
    expect(incident.degraded).toEqual([
      {
        part: 'announcement',
        error: 'restricted_action',
        consequence: 'The incident was not announced: tell the people who watch that channel.',
      },
    ]);
  });

  it('logs the refusal of what belongs to no incident', async () => {
    const { deps, logged } = await openDesk();
    const reminder = { key: 'drill-reminder:x:b', kind: 'drill-reminder', lane: 'bulk' } as const;
    await deps.store.transact((tx) => tx.touchSurface({ ...reminder, incident: null, target: 'C0DRILLS' }));
    const before = await deps.store.head();

    await surfaceRefused(deps, { surface: await surfaceNamed(deps, reminder.key), error: 'is_archived' });

    expect(logged).toEqual([
      expect.objectContaining({ level: 'warn', data: { surface: reminder.key, error: 'is_archived' } }),
    ]);
    expect(await deps.store.head()).toEqual(before);
  });
});
