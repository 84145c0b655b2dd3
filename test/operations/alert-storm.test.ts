/** Thousands of alerts at once: few commits, exact counts, nothing lost, and nobody else kept waiting. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import type { Deps } from '../../src/operations/deps.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { takeAlert, type AlertOutcome } from '../../src/operations/alerts/take-alert.js';
import type { Store } from '../../src/store/types.js';
import { ALERTMANAGER, anAlert, openDesk, surfaceNamed, type Desk } from '../support/desk.js';

const KEYS = ['a', 'b', 'c', 'd', 'e'] as const;

const alertOf = (key: string, change: Partial<Alert> = {}): Alert =>
  anAlert({ dedupKey: key, agentId: `agent-${key}`, tripwire: null, ...change });

const post = async (deps: Deps, alert: Alert): Promise<AlertOutcome | undefined> =>
  (await takeAlert(deps, { alerts: [alert], actor: ALERTMANAGER }))[0];

/** A desk that counts its commits. */
async function openCounted(): Promise<Desk & { readonly commits: () => number }> {
  const desk = await openDesk();
  let commits = 0;
  const { store } = desk.deps;
  const counted: Store = {
    ...store,
    transact: (work) => {
      commits += 1;
      return store.transact(work);
    },
  };
  return { ...desk, deps: { ...desk.deps, store: counted }, commits: () => commits };
}

describe('a storm of alerts', () => {
  it('opens one incident an episode, counts every repeat, and costs a commit a hundred', async () => {
    const { deps, commits } = await openCounted();
    const alerts = Array.from({ length: 1_000 }, (_, index) => alertOf(KEYS[index % 5] ?? 'a'));

    const outcomes = await Promise.all(alerts.map((alert) => post(deps, alert)));

    const counts = await Promise.all(KEYS.map((key) => deps.store.alert(key)));
    expect(outcomes.filter((outcome) => outcome?.outcome === 'opened')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome?.outcome === 'repeated')).toHaveLength(995);
    expect(counts.map((row) => row?.count)).toEqual([200, 200, 200, 200, 200]);
    expect(await deps.store.incidents({ limit: 100 })).toHaveLength(5);
    expect(commits()).toBeLessThanOrEqual(20);
  });

  it('shows the count in its own time, and the card alone', async () => {
    const { deps, clock } = await openDesk();
    await post(deps, alertOf('a'));
    const { key, wantedVersion: version } = await surfaceNamed(deps, 'card:INC-1');
    await deps.store.transact((tx) =>
      tx.surfaces.rendered(key, { channelId: 'C1', ts: '1.1', digest: 'd', version }),
    );
    await deps.store.transact((tx) => tx.setIncident('incident', 1, { channelId: 'C1' }));
    const versions = async (): Promise<(readonly [string, number])[]> =>
      (await deps.store.surfacesOf('INC-1')).map((row) => [row.kind, row.wantedVersion] as const);
    const before = await versions();

    await Promise.all(Array.from({ length: 300 }, () => post(deps, alertOf('a'))));

    const after = await versions();
    const due = () =>
      deps.store.transact((tx) => tx.surfaces.due({ lane: 'bulk', now: deps.now(), limit: 100 }));
    const atOnce = await due();
    clock.advance(30_000);
    const later = await due();
    expect(after.filter(([kind]) => kind !== 'incident-card')).toEqual(
      before.filter(([kind]) => kind !== 'incident-card'),
    );
    expect(atOnce.map((row) => row.kind)).not.toContain('incident-card');
    expect(later.map((row) => row.kind)).toContain('incident-card');
    expect(await deps.store.countAlerts('INC-1')).toBe(301);
  });

  it('is the same whether alerts come together or one after the other', async () => {
    const event = fc.record({
      key: fc.constantFrom('a', 'b'),
      status: fc.constantFrom('firing' as const, 'firing' as const, 'resolved' as const),
      startsAt: fc.constantFrom('2026-11-20T03:00:00.000Z', '2026-11-20T03:05:00.000Z'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const [together, apart] = [await openDesk(), await openDesk()];
        const alerts = events.map(({ key, ...rest }) => alertOf(key, rest));

        const atOnce = await takeAlert(together.deps, { alerts, actor: ALERTMANAGER });
        const inTurn = [];
        for (const alert of alerts) inTurn.push(await post(apart.deps, alert));

        expect(atOnce).toEqual(inTurn);
        expect(await told(together.deps)).toEqual(await told(apart.deps));
      }),
      { numRuns: 25 },
    );
  });

  it('of one source that cannot be stored fast enough is told to come back, and nothing of that post is taken', async () => {
    const { deps } = await openDesk();
    const flood = Array.from({ length: 3_999 }, () => alertOf('a'));
    const first = takeAlert(deps, { alerts: flood, actor: ALERTMANAGER });

    const refused = takeAlert(deps, { alerts: [alertOf('b'), alertOf('c')], actor: ALERTMANAGER });
    const other = takeAlert(deps, { alerts: [alertOf('d')], actor: { ...ALERTMANAGER, id: 'datadog' } });

    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
    expect((await other)[0]?.outcome).toBe('opened');
    expect(await first).toHaveLength(3_999);
    expect([await deps.store.alert('b'), await deps.store.alert('c')]).toEqual([undefined, undefined]);
  });

  it('wakes the outbox for what is new, not for what is only counted', async () => {
    const desk = await openDesk();
    let wakes = 0;
    const deps = { ...desk.deps, wake: () => void (wakes += 1) };

    for (let times = 0; times < 5; times += 1) await post(deps, alertOf('a'));
    await post(deps, alertOf('a', { status: 'resolved' }));

    expect(wakes).toBe(2);
  });

  it('about one agent costs the last alert what it cost the first', { timeout: 60_000 }, async () => {
    const { deps } = await openDesk();
    const take = async (from: number): Promise<number> => {
      const alerts = Array.from({ length: 150 }, (_, index) =>
        alertOf(`${from + index}`, { agentId: 'billing-agent' }),
      );
      const before = process.cpuUsage();
      await takeAlert(deps, { alerts, actor: ALERTMANAGER });
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };

    const costs: number[] = [];
    for (let from = 0; from < 1_500; from += 150) costs.push(await take(from));
    const { incident, history } = await readIncident(deps.store, 'INC-1');

    const [, second = 0] = costs;
    expect(Math.min(...costs.slice(-3)) / second).toBeLessThan(3);
    expect(incident.alerts.map(({ dedupKey }) => dedupKey)).toEqual(
      Array.from({ length: 1_500 }, (_, index) => String(index)),
    );
    expect(history.map(({ seq }) => seq)).toEqual(history.map(({ seq }) => seq).toSorted((a, b) => a - b));
    expect(await deps.store.countAlerts('INC-1')).toBe(1_500);
  });

  it('takes a post that is larger than what may wait, where nothing waits', async () => {
    const { deps } = await openDesk();

    const outcomes = await takeAlert(deps, {
      alerts: Array.from({ length: 5_000 }, () => alertOf('a')),
      actor: ALERTMANAGER,
    });

    expect(outcomes).toHaveLength(5_000);
    expect((await deps.store.alert('a'))?.count).toBe(5_000);
  });
});

/** Counts, and what the journal says of each incident. */
async function told(deps: Deps) {
  const rows = await deps.store.incidents({ limit: 100 });
  const streams = await Promise.all(rows.map(({ number }) => readIncident(deps.store, `INC-${number}`)));
  return {
    counts: await Promise.all(['a', 'b'].map(async (key) => (await deps.store.alert(key))?.count)),
    events: streams.map(({ history }) => history.map(({ event }) => event.type)),
  };
}
