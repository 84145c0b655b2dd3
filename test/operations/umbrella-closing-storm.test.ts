/** An umbrella and its members are closed one by one, and each says what became of the others. */
import { describe, expect, it } from 'vitest';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { changeStatus } from '../../src/operations/incidents/change-status.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { escalatePages } from '../../src/operations/paging/escalate-pages.js';
import { listStatus } from '../../src/operations/halting/list-status.js';
import { readPostMortem } from '../../src/operations/post-mortem/read-post-mortem.js';
import { releaseMembersIn } from '../../src/operations/alerts/share-with-members.js';
import { MINUTE, person } from '../support/desk.js';
import { openStorm, readNamed } from '../support/storm.js';

describe('closing', () => {
  const by = { userId: 'U0SRE1', actor: person('U0SRE1') };

  it('a member tells the umbrella, and leaves the others open', async () => {
    const { deps } = await openStorm();
    await acknowledgePage(deps, { incident: 'INC-6', ...by });

    await closeIncident(deps, { incident: 'INC-7', why: '', ...by });

    const umbrella = await readNamed(deps, 'INC-6');
    expect(umbrella.members.filter(({ closedAt }) => closedAt !== null)).toMatchObject([
      { incident: 'INC-7' },
    ]);
    expect(umbrella.status).toBe('acknowledged');
  });

  it('the umbrella with open members is refused without a word, and never closes them', async () => {
    const { deps } = await openStorm();
    await acknowledgePage(deps, { incident: 'INC-6', ...by });

    await expect(closeIncident(deps, { incident: 'INC-6', why: '', ...by })).rejects.toThrow(
      'It is decided what becomes of INC-1, INC-2, INC-3, INC-4, INC-5, INC-7',
    );
    await closeIncident(deps, { incident: 'INC-6', why: 'one price table, mended', ...by });

    const members = await Promise.all(['INC-1', 'INC-7'].map((name) => readNamed(deps, name)));
    expect(members.map(({ status, closedAt }) => [status, closedAt])).toEqual([
      ['acknowledged', null],
      ['acknowledged', null],
    ]);
    expect(members[1]?.umbrella?.closedAt).not.toBeNull();
  });

  it('the umbrella has those paged by themselves whom nobody is on', async () => {
    const { deps, clock } = await openStorm();
    const umbrella = await readNamed(deps, 'INC-6');
    await deps.store.transact((tx) => releaseMembersIn(tx, { umbrella, at: deps.now() }));
    clock.advance(5 * MINUTE);

    await escalatePages(deps);

    const { incidents } = await listStatus(deps);
    expect((await readNamed(deps, 'INC-7')).pages.length).toBeGreaterThan(0);
    expect(incidents.map(({ name }) => name)).toContain('INC-7');
  });

  it('tells in the post-mortem of either side what belonged together', async () => {
    const { deps } = await openStorm();
    await acknowledgePage(deps, { incident: 'INC-6', ...by });
    await changeStatus(deps, { incident: 'INC-6', to: 'recovered', why: '', actor: by.actor });

    const umbrella = await readPostMortem(deps, { incident: 'INC-6' });
    const member = await readPostMortem(deps, { incident: 'INC-7' });

    expect(umbrella.markdown).toMatch(/INC-7 linked below this umbrella, agent agent-6/);
    expect(member.markdown).toMatch(/Joined the umbrella INC-6: worked in its channel and paged with it/);
    expect(member.markdown).toMatch(/pressed on the page of the umbrella INC-6/);
  });
});

describe('the status', () => {
  it('lists late members with their umbrella, and those from before with both', async () => {
    const { deps } = await openStorm([1, 2, 3, 4, 5, 6, 7]);

    const { incidents } = await listStatus(deps);

    expect(incidents.map(({ name, umbrella }) => [name, umbrella])).toEqual([
      ['INC-6', null],
      ['INC-5', 'INC-6'],
      ['INC-4', 'INC-6'],
      ['INC-3', 'INC-6'],
      ['INC-2', 'INC-6'],
      ['INC-1', 'INC-6'],
    ]);
    expect(incidents[0]?.members.map(({ incident, agent }) => `${incident} ${agent}`)).toEqual([
      'INC-1 agent-1',
      'INC-2 agent-2',
      'INC-3 agent-3',
      'INC-4 agent-4',
      'INC-5 agent-5',
      'INC-7 agent-6',
      'INC-8 agent-7',
    ]);
  });
});
