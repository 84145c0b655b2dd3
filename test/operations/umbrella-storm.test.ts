/** One cause, many agents: an umbrella over incidents that each stay what they are. */
import { describe, expect, it } from 'vitest';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { escalatePages } from '../../src/operations/paging/escalate-pages.js';
import { shareChannelWithMembersIn } from '../../src/operations/alerts/link-members.js';
import { surfacePosted } from '../../src/operations/outbox/surface-posted.js';
import { MINUTE, openDesk, person, takeEffects } from '../support/desk.js';
import { openStorm, readNamed, trip } from '../support/storm.js';

describe('incidents of one cause', () => {
  it('stay apart while they are few', async () => {
    const { deps } = await openStorm([1, 2, 3, 4, 5]);

    const open = await deps.store.incidents({ open: true, limit: 100 });

    expect(open).toHaveLength(5);
    expect((await readNamed(deps, 'INC-5')).umbrella).toBeNull();
  });

  it('have one umbrella from one too many on, which takes those that came before', async () => {
    const { deps } = await openStorm();

    const umbrella = await readNamed(deps, 'INC-6');

    expect(umbrella).toMatchObject({
      isUmbrella: true,
      agentId: null,
      tripwire: 'cost-rate',
      severity: 'sev1',
      title: 'AgentSpendRate: 6 incidents within 10 minutes',
      channelName: 'inc-6-fleet-cost-rate',
    });
    expect(umbrella.members.map(({ incident, agent }) => [incident, agent])).toEqual([
      ['INC-1', 'agent-1'],
      ['INC-2', 'agent-2'],
      ['INC-3', 'agent-3'],
      ['INC-4', 'agent-4'],
      ['INC-5', 'agent-5'],
      ['INC-7', 'agent-6'],
    ]);
    expect((await readNamed(deps, 'INC-1')).umbrella).toMatchObject({ incident: 'INC-6', ownChannel: true });
    expect((await readNamed(deps, 'INC-7')).umbrella).toMatchObject({ incident: 'INC-6', ownChannel: false });
  });

  it('have none where the rule differs, the tripwire differs, or nothing says what they have in common', async () => {
    const { deps } = await openDesk();
    await trip(deps, [1, 2, 3], { labels: { alertname: 'AgentSpendRateNoBaseline' } });
    await trip(deps, [4, 5, 6]);
    await trip(deps, [7, 8, 9], { tripwire: 'silence' });
    await trip(deps, [10, 11, 12, 13, 14, 15, 16, 17], { tripwire: null, labels: {} });

    const open = await deps.store.incidents({ open: true, limit: 100 });

    expect(open).toHaveLength(17);
  });

  it('have none where they come too slowly', async () => {
    const { deps, clock } = await openDesk();
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) {
      await trip(deps, [number]);
      clock.advance(3 * MINUTE);
    }

    expect(await deps.store.incidents({ open: true, limit: 100 })).toHaveLength(8);
  });

  it('count by agent: one agent that comes again and again is no fleet', async () => {
    const { deps } = await openDesk();
    for (let round = 1; round <= 8; round += 1) {
      await trip(deps, [1], { dedupKey: `spend/${round}` });
      await deps.store.transact((tx) => tx.setIncident('incident', round, { open: false }));
    }

    const all = await deps.store.incidents({ limit: 100 });

    expect(all).toHaveLength(8);
  });

  it('are below one umbrella, however many they become', async () => {
    const { deps } = await openStorm(Array.from({ length: 50 }, (_, index) => index));

    const umbrella = await readNamed(deps, 'INC-6');
    const effects = await takeEffects(deps);

    expect(await deps.store.incidents({ limit: 1000 })).toHaveLength(51);
    expect(umbrella.members).toHaveLength(50);
    expect(effects.filter(({ kind }) => kind === 'channel:create').map(({ incident }) => incident)).toEqual([
      'INC-1',
      'INC-2',
      'INC-3',
      'INC-4',
      'INC-5',
      'INC-6',
    ]);
    expect((await deps.store.verify()).broken).toBeNull();
  });

  it('have the thresholds of tripwires.yml', async () => {
    const { deps } = await openDesk({
      registry: (registry) => ({ ...registry, umbrella: { moreThan: 1, withinMinutes: 1 } }),
    });

    await trip(deps, [1, 2]);

    expect((await readNamed(deps, 'INC-2')).isUmbrella).toBe(true);
  });
});

describe('a member that comes after the threshold', () => {
  it('keeps its own agent and its own detection chain', async () => {
    const { deps } = await openStorm();

    const member = await readNamed(deps, 'INC-7');

    expect(member).toMatchObject({ agentLabel: 'agent-6', tripwire: 'cost-rate' });
    expect(member.chain.trigger?.at).toBe('2026-11-20T03:10:00.000Z');
    expect(member.alerts).toHaveLength(1);
  });

  it('has its card in the thread of the umbrella’s, and neither channel, announcement nor page of its own', async () => {
    const { deps } = await openStorm();

    const surfaces = await deps.store.surfacesOf('INC-7');
    const member = await readNamed(deps, 'INC-7');

    expect(surfaces.map(({ key, threadOf }) => [key, threadOf])).toEqual([['card:INC-7', 'card:INC-6']]);
    expect(member.pages).toEqual([]);
    expect(member.channelName).toBe('inc-6-fleet-cost-rate');
  });

  it('is worked in the channel of the umbrella, whichever was first: the channel or the member', async () => {
    const { deps } = await openStorm();
    await deps.store.transact(async (tx) => {
      await tx.setIncident('incident', 6, { channelId: 'C0STORM' });
      await shareChannelWithMembersIn(tx, { umbrella: 'INC-6', channelId: 'C0STORM' });
    });
    await trip(deps, [7]);

    const rows = await Promise.all([7, 8].map((number) => deps.store.incident('incident', number)));

    expect(rows.map((row) => row?.channelId)).toEqual(['C0STORM', 'C0STORM']);
    expect(await deps.store.incidentByChannel('C0STORM')).toMatchObject({ number: 6 });
  });

  it('is paged with the umbrella: its Page is the umbrella’s, its owner is called once, for all of them', async () => {
    const { deps } = await openDesk({
      registry: (registry) => ({ ...registry, umbrella: { moreThan: 1, withinMinutes: 10 } }),
    });
    await trip(deps, [1]);
    await trip(deps, [2], { agentId: 'billing-agent' });
    const { pages } = await readNamed(deps, 'INC-2');
    const page = pages.find(({ member }) => member === undefined && pages.length > 0);

    const surface = (await deps.store.surfacesOf('INC-2')).find(({ kind }) => kind === 'page');
    if (surface === undefined) throw new Error('nobody was paged');
    await surfacePosted(deps, { surface, at: deps.now() });

    const member = await readNamed(deps, 'INC-3');
    expect(page?.role).toBe('agent-owner');
    expect(pages.filter((each) => each.member === 'INC-3')).toMatchObject([
      { role: 'agent-owner', users: ['U0OWNER1'] },
    ]);
    expect(member.pages).toEqual([]);
    expect(member.chain.page).toMatchObject({ source: 'page of the umbrella INC-2' });
  });

  it('is acknowledged with the umbrella, also when it is linked afterwards', async () => {
    const { deps, clock } = await openStorm();
    clock.advance(MINUTE);
    await acknowledgePage(deps, { incident: 'INC-6', userId: 'U0SRE1', actor: person('U0SRE1') });
    clock.advance(MINUTE);
    await trip(deps, [7]);

    const members = await Promise.all(['INC-1', 'INC-7', 'INC-8'].map((name) => readNamed(deps, name)));

    expect(members.map(({ status, chain }) => [status, chain.acknowledgement?.at])).toEqual([
      ['acknowledged', '2026-11-20T03:13:00.000Z'],
      ['acknowledged', '2026-11-20T03:13:00.000Z'],
      ['acknowledged', '2026-11-20T03:14:00.000Z'],
    ]);
    expect(members[0]?.chain.acknowledgement?.source).toBe('pressed by U0SRE1 on the umbrella INC-6');
  });

  it('is not escalated by itself: the umbrella is, and the people of late members do not hold that up', async () => {
    const { deps, clock } = await openStorm([1, 2, 3, 4, 5, 6, 7, 8]);
    const rolesOf = async (): Promise<string[]> =>
      (await readNamed(deps, 'INC-6')).pages
        .filter(({ member }) => member === undefined)
        .map(({ role }) => role);
    const before = await rolesOf();
    clock.advance(4 * MINUTE);
    await trip(deps, [9], { agentId: 'support-agent' });
    clock.advance(MINUTE);

    await escalatePages(deps);

    expect((await readNamed(deps, 'INC-9')).pages).toEqual([]);
    expect((await rolesOf()).length).toBeGreaterThan(before.length);
  });

  it('takes further alerts of its own agent', async () => {
    const { deps } = await openStorm();

    const again = await trip(deps, [6]);
    const other = await trip(deps, [6], { dedupKey: 'outcome/agent-6', tripwire: 'outcome' });

    expect([again, other]).toEqual([['INC-7'], ['INC-7']]);
    expect((await readNamed(deps, 'INC-7')).alerts).toHaveLength(2);
  });
});
