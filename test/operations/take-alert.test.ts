import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import type { Deps } from '../../src/operations/deps.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { takeAlert, type AlertOutcome } from '../../src/operations/alerts/take-alert.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import type { Transaction } from '../../src/store/types.js';
import { aDatabasePath } from '../support/journal-file.js';
import {
  ALERTMANAGER,
  anAlert,
  MINUTE,
  openByAlert,
  openDesk,
  START,
  surfaceNamed,
} from '../support/desk.js';

const take = (deps: Deps, ...alerts: Partial<Alert>[]): Promise<AlertOutcome[]> =>
  takeAlert(deps, { alerts: alerts.map(anAlert), actor: ALERTMANAGER });

const typesOf = async (deps: Deps, name: string): Promise<string[]> =>
  (await readIncident(deps.store, name)).history.map(({ event }) => event.type);

const close = (deps: Deps, number: number): Promise<void> =>
  deps.store.transact((tx) => tx.setIncident('incident', number, { open: false }));

describe('an alert that nobody knows yet', () => {
  it('opens an incident with severity, channel name and the first three links of the chain', async () => {
    const { deps } = await openDesk();
    const actionAt = '2026-11-20T02:58:00.000Z';

    const outcomes = await take(deps, { actionAt });

    expect(outcomes).toEqual([
      { dedupKey: 'cost-rate/billing-agent', outcome: 'opened', incident: 'INC-1', note: null },
    ]);
    const { incident } = await readIncident(deps.store, 'INC-1');
    expect(incident).toMatchObject({ severity: 'sev1', channelName: 'inc-1-billing-agent-cost-rate' });
    expect(incident.chain).toMatchObject({ action: { at: actionAt }, signal: null, page: null });
    expect(incident.chain.trigger?.at).toBe('2026-11-20T03:10:00.000Z');
    expect(await typesOf(deps, 'INC-1')).toEqual(['incident:opened', 'alert:received', 'page:ordered']);
  });

  it('keeps free text out of what is chained in the clear', async () => {
    const { deps } = await openDesk();
    await take(deps, { title: '<!channel> secret title', labels: { note: 'secret label' } });

    const entries = await deps.store.readStream('INC-1');

    expect(JSON.stringify(entries.map(({ data }) => data))).not.toContain('secret');
    expect(JSON.stringify(entries.map((entry) => entry.private))).toContain('<!channel> secret title');
  });

  it('pages the first role of its route, in private and by a mention, and shows card and announcement', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    const [page] = (await readIncident(deps.store, name)).incident.pages;

    const keys = (await deps.store.surfacesOf(name)).map(({ key, target, lane }) => [key, target, lane]);

    expect(page).toMatchObject({ role: 'agent-owner', users: ['U0OWNER1'], attempt: 1 });
    expect(keys).toEqual([
      [`card:${name}`, 'incident', 'bulk'],
      [`announcement:${name}`, 'C0ANNOUNCE', 'bulk'],
      [`page:${name}:${page?.pageId}:U0OWNER1`, 'user:U0OWNER1', 'halt'],
      [`mention:${name}:${page?.pageId}`, 'incident', 'bulk'],
    ]);
  });

  it('asks for the channel step by step, in the order in which the steps need each other', async () => {
    const { deps } = await openDesk();
    await take(deps, { link: 'https://prometheus.example/graph' });

    const kinds = await deps.store.transact(finishAll);

    expect(kinds).toEqual([
      'channel:create',
      'channel:topic',
      'channel:invite',
      'channel:bookmark',
      'card:pin',
    ]);
  });

  it('is taken as the worst case where its agent is not registered, and says so', async () => {
    const { deps } = await openDesk();

    const [outcome] = await take(deps, { agentId: 'stray-agent', dedupKey: 'a', tripwire: 'cost-rate' });

    const { incident } = await readIncident(deps.store, 'INC-1');
    expect(outcome).toMatchObject({ outcome: 'opened', note: expect.stringContaining('agents.yml') });
    expect(incident).toMatchObject({ agentId: null, agentLabel: 'stray-agent', severity: 'sev1' });
    expect(incident.pages[0]?.role).toBe('on-call-sre');
    expect(incident.channelName).toBe('inc-1-stray-agent-cost-rate');
  });

  it('has an incident to itself where it names no agent', async () => {
    const { deps } = await openDesk();

    const outcomes = await take(deps, { agentId: null, dedupKey: 'a' }, { agentId: null, dedupKey: 'b' });

    expect(outcomes.map(({ incident }) => incident)).toEqual(['INC-1', 'INC-2']);
  });
});

/** Plays the outside: finishes what is due until nothing is, and tells the kinds in order. */
async function finishAll(tx: Transaction): Promise<string[]> {
  const kinds: string[] = [];
  for (let due = await tx.effects.due('bulk', START, 1); due[0] !== undefined;) {
    kinds.push(due[0].kind);
    await tx.effects.done(due[0].id, START);
    due = await tx.effects.due('bulk', START, 1);
  }
  return kinds;
}

describe('an alert that is not new', () => {
  it('is counted and shown again, and fills no journal', async () => {
    const { deps, clock } = await openDesk();
    await openByAlert(deps);
    const before = await surfaceNamed(deps, 'card:INC-1');
    clock.advance(4 * 60 * MINUTE);

    const [outcome] = await take(deps, {});

    expect(outcome).toMatchObject({ outcome: 'repeated', incident: 'INC-1' });
    expect(await deps.store.alert('cost-rate/billing-agent')).toMatchObject({
      count: 2,
      firstAt: START,
      lastAt: '2026-11-20T07:12:00.000Z',
    });
    expect(await typesOf(deps, 'INC-1')).toHaveLength(3);
    expect((await surfaceNamed(deps, 'card:INC-1')).wantedVersion).toBeGreaterThan(before.wantedVersion);
  });

  it('joins the open incident of its agent, whatever else it is about', async () => {
    const { deps } = await openDesk();
    await openByAlert(deps);

    const [outcome] = await take(deps, { dedupKey: 'outcome/billing-agent', tripwire: 'outcome' });

    expect(outcome).toMatchObject({ outcome: 'joined', incident: 'INC-1' });
    expect((await readIncident(deps.store, 'INC-1')).incident.alerts).toHaveLength(2);
  });

  it('joins the open incident of an agent that nobody registered, by what it is called', async () => {
    const { deps } = await openDesk();

    const outcomes = await take(
      deps,
      { agentId: 'stray', dedupKey: 'a' },
      { agentId: 'stray', dedupKey: 'b' },
      { agentId: 'other', dedupKey: 'c' },
    );

    expect(outcomes.map((each) => [each.outcome, each.incident])).toEqual([
      ['opened', 'INC-1'],
      ['joined', 'INC-1'],
      ['opened', 'INC-2'],
    ]);
  });

  it('opens a new incident where the old one was closed while it still fires', async () => {
    const { deps } = await openDesk();
    await openByAlert(deps);
    await close(deps, 1);

    const [outcome] = await take(deps, {});

    expect(outcome).toMatchObject({ outcome: 'opened', incident: 'INC-2' });
  });

  it('opens one incident when two servers hear it at the same moment', async () => {
    const path = aDatabasePath();
    const { deps } = await openDesk({ databasePath: path });
    const second = { ...deps, store: await openSqliteStore(path) };

    const outcomes = (
      await Promise.all([deps, second].flatMap((each) => [take(each, {}), take(each, { dedupKey: 'x' })]))
    ).flat();

    await second.store.close();
    expect(new Set(outcomes.map(({ incident }) => incident))).toEqual(new Set(['INC-1']));
    expect(outcomes.filter(({ outcome }) => outcome === 'opened')).toHaveLength(1);
    expect((await deps.store.verify()).broken).toBeNull();
  });

  it('looks again, and joins, when somebody else opened the incident in between', async () => {
    const { deps } = await openDesk();
    await openByAlert(deps, { dedupKey: 'other' });
    let blind = 1;
    const raced = withTransaction(deps, (tx) => ({
      ...tx,
      openIncidentForAgent: (agentId) =>
        blind-- > 0 ? Promise.resolve(undefined) : tx.openIncidentForAgent(agentId),
    }));

    const [outcome] = await take(raced, {});

    expect(outcome).toMatchObject({ outcome: 'joined', incident: 'INC-1' });
    expect(await deps.store.incidents({ limit: 10 })).toHaveLength(1);
  });
});

/** The real store, with something happening in its transactions. */
function withTransaction(deps: Deps, change: (tx: Transaction) => Transaction): Deps {
  const { store } = deps;
  return { ...deps, store: { ...store, transact: (work) => store.transact((tx) => work(change(tx))) } };
}

describe('an alert that is over', () => {
  it('is noted on its incident, which stays open', async () => {
    const { deps } = await openDesk();
    await openByAlert(deps);

    const [outcome] = await take(deps, { status: 'resolved' });

    const { incident } = await readIncident(deps.store, 'INC-1');
    expect(outcome).toMatchObject({ outcome: 'resolved', incident: 'INC-1' });
    expect(incident).toMatchObject({ status: 'open', alerts: [{ resolvedAt: START }] });
  });

  it('is noted once, however often it is said', async () => {
    const { deps } = await openDesk();
    await openByAlert(deps);

    await take(deps, { status: 'resolved' }, { status: 'resolved' });

    const types = await typesOf(deps, 'INC-1');
    expect(types.filter((type) => type === 'alert:resolved')).toHaveLength(1);
  });

  it('is ignored, and said to be, where nobody heard of it before', async () => {
    const { deps } = await openDesk();

    const [outcome] = await take(deps, { status: 'resolved' });

    expect(outcome).toMatchObject({ outcome: 'ignored', incident: null });
    expect(outcome?.note).toContain('before I had heard of it');
    expect((await deps.store.head()).size).toBe(0);
  });
});

describe('several alerts in one post', () => {
  it('are each taken by themselves: one that cannot be stored takes no other with it', async () => {
    const { deps, logged } = await openDesk();
    const failing = withTransaction(deps, (tx) => ({
      ...tx,
      putAlert: (row) =>
        row.dedupKey === 'bad' ? Promise.reject(new Error('disk trouble')) : tx.putAlert(row),
    }));

    const outcomes = await take(failing, { dedupKey: 'a' }, { dedupKey: 'bad' }, { dedupKey: 'c' });

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['opened', 'failed', 'joined']);
    expect(await typesOf(deps, 'INC-1')).toHaveLength(4);
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});
