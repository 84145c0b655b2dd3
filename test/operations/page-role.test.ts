import { describe, expect, it } from 'vitest';
import type { Directory } from '../../src/operations/access/directory.js';
import { openIncidentIn } from '../../src/operations/incidents/open-incident.js';
import { pageRoleIn } from '../../src/operations/paging/page-role.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { ALERTMANAGER, emptyRoster, openByAlert, openDesk, START, type Desk } from '../support/desk.js';

/** Only the second role of the route has anybody. */
const onlySre = (): Directory => ({
  ...emptyRoster(),
  membersOf: (role) => (role === 'on-call-sre' ? ['U0SRE1', 'U0SRE2', 'U0SRE1'] : []),
});

const pagesOf = async ({ deps }: Desk, name: string) => (await readIncident(deps.store, name)).incident.pages;

describe('paging a role', () => {
  it('goes on to the next role at once where nobody holds the first, and records that', async () => {
    const desk = await openDesk({ directory: onlySre });

    const name = await openByAlert(desk.deps);

    expect(await pagesOf(desk, name)).toMatchObject([
      { role: 'agent-owner', attempt: 1, users: [], failures: [{ userId: null }] },
      { role: 'on-call-sre', attempt: 2, users: ['U0SRE1', 'U0SRE2'], failures: [] },
    ]);
  });

  it('shouts where nobody holds any role, and opens the incident all the same', async () => {
    const { deps, logged } = await openDesk({ directory: emptyRoster });

    const name = await openByAlert(deps);

    const { incident } = await readIncident(deps.store, name);
    expect(incident.pages).toHaveLength(3);
    expect(incident.degraded).toMatchObject([{ part: 'paging' }]);
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('pages once for one attempt, whoever else orders the same', async () => {
    const desk = await openDesk();
    const name = await openByAlert(desk.deps);
    const again = { incident: name, agentId: 'billing-agent', role: 'on-call-sre', attempt: 1 };

    await desk.deps.store.transact((tx) =>
      pageRoleIn(tx, desk.deps, { ...again, actor: ALERTMANAGER, at: START }),
    );

    expect(await pagesOf(desk, name)).toHaveLength(1);
    expect(await desk.deps.store.surfacesOf(name)).toHaveLength(4);
  });

  it('reaches in a drill only who started it', async () => {
    const desk = await openDesk();

    const name = await desk.deps.store.transact((tx) =>
      openIncidentIn(tx, desk.deps, {
        kind: 'drill',
        agentId: 'billing-agent',
        agentLabel: null,
        tripwire: 'outcome',
        title: 'Exercise',
        summary: '',
        declared: null,
        drillId: 'quarterly',
        dedupKey: null,
        actor: ALERTMANAGER,
        at: START,
        onlyUsers: ['U0STARTER'],
      }),
    );

    expect(name).toBe('DRILL-1');
    expect(await pagesOf(desk, name)).toMatchObject([{ users: ['U0STARTER'] }]);
    const targets = (await desk.deps.store.surfacesOf(name)).map(({ target }) => target);
    expect(targets.filter((target) => target.startsWith('user:'))).toEqual(['user:U0STARTER']);
  });
});
