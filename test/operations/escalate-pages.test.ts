import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import type { Deps } from '../../src/operations/deps.js';
import { escalatePages } from '../../src/operations/paging/escalate-pages.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { surfaceRefused } from '../../src/operations/outbox/surface-refused.js';
import type { Directory } from '../../src/operations/access/directory.js';
import type { Registry } from '../../src/registry/registry.js';
import {
  emptyRoster,
  MINUTE,
  openByAlert,
  openDesk,
  person,
  rosterOf,
  setClock,
  surfaceNamed,
} from '../support/desk.js';
import { aDatabasePath } from '../support/journal-file.js';

async function pagesOf(deps: Deps, name: string): Promise<Incident['pages']> {
  return (await readIncident(deps.store, name)).incident.pages;
}

async function rolesPaged(deps: Deps, name: string): Promise<(readonly [number, string])[]> {
  return (await pagesOf(deps, name)).map(({ attempt, role }) => [attempt, role] as const);
}

describe('a page that nobody acknowledges', () => {
  it('is left alone until its time is up', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    clock.advance(5 * MINUTE - 1);

    const escalated = await escalatePages(deps);

    expect(escalated).toBe(0);
    expect(await rolesPaged(deps, name)).toEqual([[1, 'agent-owner']]);
  });

  it('goes to the next role of the route after five minutes', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    clock.advance(5 * MINUTE);

    const escalated = await escalatePages(deps);

    expect(escalated).toBe(1);
    expect(await rolesPaged(deps, name)).toEqual([
      [1, 'agent-owner'],
      [2, 'on-call-sre'],
    ]);
  });

  it('gives the next role its own five minutes', async () => {
    const { deps, clock } = await openDesk();
    await openByAlert(deps);
    clock.advance(5 * MINUTE);
    await escalatePages(deps);
    clock.advance(4 * MINUTE);

    expect(await escalatePages(deps)).toBe(0);
  });

  it('starts over with all roles at once after the last one, every five minutes', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    for (const _ of [2, 3, 4]) {
      clock.advance(5 * MINUTE);
      await escalatePages(deps);
    }
    clock.advance(MINUTE);
    const tooSoon = await escalatePages(deps);

    expect(tooSoon).toBe(0);
    expect(await rolesPaged(deps, name)).toEqual([
      [1, 'agent-owner'],
      [2, 'on-call-sre'],
      [3, 'incident-commander'],
      [4, 'agent-owner'],
      [5, 'on-call-sre'],
      [6, 'incident-commander'],
    ]);
  });

  it('never pages an attempt twice when two replicas tick at the same moment', async () => {
    const databasePath = aDatabasePath();
    const clock = setClock();
    const one = await openDesk({ databasePath, now: clock.now });
    const other = await openDesk({ databasePath, now: clock.now });
    const name = await openByAlert(one.deps);

    for (const _ of [1, 2, 3, 4, 5]) {
      clock.advance(5 * MINUTE);
      await Promise.all([escalatePages(one.deps), escalatePages(other.deps), escalatePages(one.deps)]);
    }

    const attempts = (await pagesOf(one.deps, name)).map(({ attempt }) => attempt);
    expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect((await one.deps.store.verify()).broken).toBeNull();
  });

  it('skips a role that nobody holds, also when all are paged at once', async () => {
    const directory = (registry: Registry): Directory => ({
      ...rosterOf(registry),
      membersOf: (role, agentId) =>
        role === 'on-call-sre' ? [] : rosterOf(registry).membersOf(role, agentId),
    });
    const { deps, clock } = await openDesk({ directory });
    const name = await openByAlert(deps);
    for (const _ of [2, 3]) {
      clock.advance(5 * MINUTE);
      await escalatePages(deps);
    }

    const pages = await pagesOf(deps, name);
    expect(pages.map(({ attempt, role, users }) => [attempt, role, users.length])).toEqual([
      [1, 'agent-owner', 1],
      [2, 'on-call-sre', 0],
      [3, 'incident-commander', 1],
      [4, 'agent-owner', 1],
      [5, 'on-call-sre', 0],
      [6, 'incident-commander', 1],
    ]);
  });

  it('ends with the acknowledgement', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    await acknowledgePage(deps, { incident: name, userId: 'U0OWNER1', actor: person('U0OWNER1') });
    clock.advance(60 * MINUTE);

    expect(await escalatePages(deps)).toBe(0);
  });

  it('does not wait for people whom it could not reach', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    const [page] = await pagesOf(deps, name);
    const surface = await surfaceNamed(deps, `page:${name}:${page?.pageId}:U0OWNER1`);
    await surfaceRefused(deps, { surface, error: 'user_disabled' });

    await escalatePages(deps);

    expect(await rolesPaged(deps, name)).toEqual([
      [1, 'agent-owner'],
      [2, 'on-call-sre'],
    ]);
  });

  it('does not repeat itself where nobody holds any role', async () => {
    const { deps, clock } = await openDesk({ directory: emptyRoster });
    const name = await openByAlert(deps);
    const before = await pagesOf(deps, name);
    clock.advance(60 * MINUTE);

    expect(await escalatePages(deps)).toBe(0);
    expect(await pagesOf(deps, name)).toEqual(before);
  });

  it('does not hold up other incidents when one of them cannot be escalated', async () => {
    const { deps, clock, logged } = await openDesk();
    const name = await openByAlert(deps);
    const broken = { ...deps, newId: failingOnce(deps.newId) };
    const other = await openByAlert(deps, { agentId: 'support-agent', dedupKey: 'cost-rate/support-agent' });
    clock.advance(5 * MINUTE);

    const escalated = await escalatePages(broken);

    const counts = new Set([(await pagesOf(deps, name)).length, (await pagesOf(deps, other)).length]);
    expect(escalated).toBe(1);
    expect(counts).toEqual(new Set([1, 2]));
    expect(logged.map(({ message }) => message)).toContain('an unacknowledged page could not be escalated');
  });
});

function failingOnce(newId: () => string): () => string {
  let failed = false;
  return () => {
    if (failed) return newId();
    failed = true;
    throw new Error('no entropy');
  };
}
