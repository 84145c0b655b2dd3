/** Posts overtake each other: what a source says last by its own clock counts, in whatever order it comes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import { takeAlert } from '../../src/operations/alerts/take-alert.js';
import type { Deps } from '../../src/operations/deps.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { ALERTMANAGER, anAlert, MINUTE, openDesk } from '../support/desk.js';

const [T1, T2, T3, T4] = [
  '2026-11-20T01:00:00.000Z',
  '2026-11-20T01:10:00.000Z',
  '2026-11-20T02:00:00.000Z',
  '2026-11-20T02:10:00.000Z',
] as const;

const take = (deps: Deps, ...changes: Partial<Alert>[]) =>
  takeAlert(deps, {
    alerts: changes.map((change) => anAlert({ dedupKey: 'arn', startsAt: T1, ...change })),
    actor: ALERTMANAGER,
  });

const firing = (startsAt: string): Partial<Alert> => ({ startsAt });
const over = (endsAt: string): Partial<Alert> => ({ status: 'resolved', startsAt: endsAt, endsAt });
/** As Alertmanager says it: its key names the episode, and no other time tells what came first. */
const RESOLVED: Partial<Alert> = { status: 'resolved' };

const episodesOf = async (deps: Deps, name: string = 'INC-1') => {
  const { incident } = await readIncident(deps.store, name);
  return incident.alerts.map(({ startsAt, resolvedAt }) => [startsAt, resolvedAt]);
};
/** All that is known of both alerts, and of their incident. */
const stateOf = async ({ store }: Deps) => {
  const { incident } = await readIncident(store, 'INC-1').catch(() => ({ incident: null }));
  return [
    incident?.severity,
    incident?.alerts,
    await Promise.all(['a', 'b'].flatMap((key) => [store.alert(key), store.alertSaid(key)])),
  ];
};
const statusOf = async (deps: Deps) => (await deps.store.alert('arn'))?.status;

describe('an end that comes before its own beginning', () => {
  it('is kept: the alert has its incident and its page, and does not fire', async () => {
    const { deps } = await openDesk();

    const [ended] = await take(deps, over(T2));
    const [late] = await take(deps, firing(T1));

    expect(ended).toMatchObject({ outcome: 'ignored', incident: null });
    expect(late).toMatchObject({ outcome: 'opened', incident: 'INC-1' });
    expect(late?.note).toContain('over already');
    expect(await episodesOf(deps)).toEqual([[T1, T2]]);
    expect(await statusOf(deps)).toBe('resolved');
    expect((await readIncident(deps.store, 'INC-1')).incident.pages).toHaveLength(1);
  });

  it('ends nothing that begins after it', async () => {
    const { deps } = await openDesk();

    await take(deps, over(T2));
    const [next] = await take(deps, firing(T3));

    expect(next).toMatchObject({ outcome: 'opened', note: null });
    expect(await statusOf(deps)).toBe('firing');
  });

  it('is kept in one post as well, and for an episode that its incident does not know yet', async () => {
    const { deps } = await openDesk();

    await take(deps, firing(T1), over(T2), over(T4), firing(T3));

    expect(await episodesOf(deps)).toEqual([
      [T1, T2],
      [T3, T4],
    ]);
    expect(await statusOf(deps)).toBe('resolved');
  });

  it('is kept where only the key says which episode it ends', async () => {
    const { deps, clock } = await openDesk();

    await take(deps, RESOLVED);
    clock.advance(4_000);
    await take(deps, firing(T1));

    expect(await statusOf(deps)).toBe('resolved');
  });
});

describe('an end that waited while its source was paused', () => {
  it('was when its source says, and where it does not, when it reached us', async () => {
    const { deps } = await openDesk();
    const held = { agentId: null, heldSince: T3 } as const;

    await take(deps, { ...held, dedupKey: 'told' }, { ...held, dedupKey: 'untold' });
    await take(
      deps,
      { ...held, ...over(T2), dedupKey: 'told' },
      { ...held, ...RESOLVED, dedupKey: 'untold' },
    );

    expect([await episodesOf(deps, 'INC-1'), await episodesOf(deps, 'INC-2')]).toEqual([
      [[T1, T2]],
      [[T1, T3]],
    ]);
    const { history } = await readIncident(deps.store, 'INC-1');
    const [ended] = history.filter(({ event }) => event.type === 'alert:resolved');
    expect(ended?.event.data).toEqual({ source: 'alertmanager', dedupKey: 'told', at: T3, endsAt: T2 });
  });
});

describe('an end that comes after the next beginning', () => {
  it('does not end that one, although it was only counted', async () => {
    const { deps } = await openDesk();
    await take(deps, firing(T1));
    const [counted] = await take(deps, firing(T3));

    const [late] = await take(deps, over(T2));

    expect(counted?.outcome).toBe('repeated');
    expect(late).toMatchObject({ outcome: 'ignored', incident: 'INC-1' });
    expect(await statusOf(deps)).toBe('firing');
    expect((await take(deps, over(T4)))[0]?.outcome).toBe('resolved');
  });
});

describe('alerts of one episode that come together', () => {
  it('are counted as one, and the newest beginning among them stands against a late end', async () => {
    const { deps } = await openDesk();

    await take(deps, firing(T1), firing(T3));
    const [late] = await take(deps, over(T2));

    expect(late?.outcome).toBe('ignored');
    expect(await statusOf(deps)).toBe('firing');
  });

  it('are what they would be one after the other, whatever they say and whenever it ended', async () => {
    const event = fc.record({
      dedupKey: fc.constantFrom('a', 'b'),
      status: fc.constantFrom('firing' as const, 'firing' as const, 'resolved' as const),
      startsAt: fc.constantFrom(T1, T2, T3),
      severity: fc.constantFrom('sev1' as const, 'sev3' as const),
      endsAt: fc.constantFrom(undefined, T2, T3, T4),
    });
    const alertOf = ({ endsAt, ...rest }: { endsAt: string | undefined; status: Alert['status'] }) => ({
      ...rest,
      ...(rest.status === 'resolved' && endsAt !== undefined && { endsAt }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const [together, apart] = [await openDesk(), await openDesk()];
        const alerts = events.map(alertOf);

        const atOnce = await take(together.deps, ...alerts);
        const inTurn = [];
        for (const alert of alerts) inTurn.push(...(await take(apart.deps, alert)));

        expect(atOnce).toEqual(inTurn);
        expect(await stateOf(together.deps)).toEqual(await stateOf(apart.deps));
      }),
      { numRuns: 40 },
    );
  });

  it('make their incident as bad as the worst of them says', async () => {
    const { deps } = await openDesk();
    const mild = { agentId: 'catalogue-agent', tripwire: null, dedupKey: 'mild' } as const;

    await take(deps, { ...mild, severity: 'sev3' }, { ...mild, severity: 'sev1' });

    expect((await readIncident(deps.store, 'INC-1')).incident.severity).toBe('sev1');
  });
});

describe('a beginning that comes late', () => {
  it('opens no second incident where the one that it had is closed', async () => {
    const { deps } = await openDesk();
    await take(deps, firing(T1), over(T2));
    await deps.store.transact((tx) => tx.setIncident('incident', 1, { open: false }));

    const [late] = await take(deps, firing(T1));

    expect(late).toMatchObject({ outcome: 'repeated', incident: 'INC-1' });
    expect(await deps.store.incidents({ limit: 9 })).toHaveLength(1);
    expect((await deps.store.alert('arn'))?.count).toBe(2);
  });
});

describe('Alertmanager, which calls an alert resolved and firing again without another time', () => {
  it('is believed each time, once no post can have overtaken the other', async () => {
    const { deps, clock } = await openDesk();
    await take(deps, firing(T1));
    const outcomes: unknown[] = [];

    for (let flap = 0; flap < 3; flap++) {
      await take(deps, RESOLVED);
      clock.advance(5_000);
      outcomes.push((await take(deps, firing(T1)))[0]?.outcome, await statusOf(deps));
    }

    expect(outcomes).toEqual(['joined', 'firing', 'joined', 'firing', 'joined', 'firing']);
    expect((await episodesOf(deps)).map(([, resolvedAt]) => resolvedAt === null)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('is believed by when its posts reached us, where they were held', async () => {
    const { deps, clock } = await openDesk();
    await take(deps, { ...firing(T1), heldSince: T1 }, { ...RESOLVED, heldSince: T2 });
    clock.advance(MINUTE);

    const [again] = await take(deps, { ...firing(T1), heldSince: T3 });

    expect(again?.outcome).toBe('joined');
  });
});
