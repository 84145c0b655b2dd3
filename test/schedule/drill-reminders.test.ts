import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Deps } from '../../src/operations/deps.js';
import type { Drill, Registry } from '../../src/registry/registry.js';
import { drillReminder } from '../../src/schedule/drill-reminders.js';
import { aDatabasePath } from '../support/journal-file.js';
import { breakTable } from '../support/held-database.js';
import { openDesk, START, type Desk } from '../support/desk.js';

const DUE = '2027-01-01T0800Z';

/** Every quarter at nine in Berlin, where 2027-01-01 09:00 is 08:00 UTC. */
const QUARTERLY: Drill = {
  id: 'invented-refunds',
  title: 'Invented refunds',
  cron: '0 9 1 1,4,7,10 *',
  timezone: 'Europe/Berlin',
  channel: 'C0DRILLS',
  agentId: 'billing-agent',
  tripwire: 'cost-rate',
  scenario: 'An agent refunds the same order eleven times.',
  objectives: ['halt in 30 seconds'],
};

function withDrills(...drills: readonly Drill[]) {
  return (registry: Registry): Registry => ({
    ...registry,
    drills: new Map(drills.map((drill) => [drill.id, drill])),
  });
}

function openReplica(databasePath: string, ...drills: readonly Drill[]): Promise<Desk> {
  const now = (): string => new Date().toISOString();
  return openDesk({ databasePath, now, registry: withDrills(...drills) });
}

async function remindersAt({ store }: Deps, ...buckets: readonly string[]): Promise<boolean[]> {
  const keys = buckets.map((bucket) => `drill-reminder:invented-refunds:${bucket}`);
  return Promise.all(keys.map(async (key) => (await store.surface(key)) !== undefined));
}

/** Looks at the calendars at each of these times. */
async function lookAt(look: () => Promise<void>, ...times: readonly string[]): Promise<void> {
  for (const time of times) {
    vi.setSystemTime(Date.parse(time));
    await look();
  }
}

describe("the drills' calendar", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse(START), toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('reminds when a drill is due, by the clock on the wall over there', async () => {
    const { deps } = await openReplica(aDatabasePath(), QUARTERLY);
    const look = drillReminder(deps);

    await lookAt(look, START, '2027-01-01T07:59:59.000Z');
    expect(await remindersAt(deps, DUE)).toEqual([false]);
    await lookAt(look, '2027-01-01T08:00:00.000Z');

    expect(await remindersAt(deps, DUE)).toEqual([true]);
  });

  it('reminds of each due time, in summer an hour earlier by our clock', async () => {
    const { deps } = await openReplica(aDatabasePath(), QUARTERLY);
    const look = drillReminder(deps);

    await lookAt(look, START, '2027-01-01T08:00:10.000Z', '2027-04-01T07:00:10.000Z');

    expect(await remindersAt(deps, DUE, '2027-04-01T0700Z')).toEqual([true, true]);
  });

  it('reminds once when two replicas look at the same moment', async () => {
    const databasePath = aDatabasePath();
    const one = await openReplica(databasePath, QUARTERLY);
    const other = await openReplica(databasePath, QUARTERLY);
    const looks = [drillReminder(one.deps), drillReminder(other.deps)];
    const lookTogether = async (): Promise<void> => void (await Promise.all(looks.map((look) => look())));

    await lookAt(lookTogether, START, '2027-01-01T08:00:00.000Z', '2027-01-01T08:00:15.000Z');

    const surface = await one.deps.store.surface(`drill-reminder:invented-refunds:${DUE}`);
    expect(surface?.wantedVersion).toBe(1);
  });

  it('catches up, once, with a reminder that was due while nobody ran', async () => {
    const { deps } = await openReplica(aDatabasePath(), QUARTERLY);
    await lookAt(drillReminder(deps), START);

    await lookAt(drillReminder(deps), '2027-01-03T10:00:00.000Z');
    await lookAt(drillReminder(deps), '2027-01-03T10:00:15.000Z');

    const surface = await deps.store.surface(`drill-reminder:invented-refunds:${DUE}`);
    expect(surface?.wantedVersion).toBe(1);
  });

  it('reminds at the next look when the store failed at this one', async () => {
    const databasePath = aDatabasePath();
    const { deps } = await openReplica(databasePath, QUARTERLY);
    const look = drillReminder(deps);
    await lookAt(look, START);
    const { mend } = breakTable(databasePath, 'surface');

    await expect(lookAt(look, '2027-01-01T08:00:00.000Z')).rejects.toThrow('surface');
    mend();
    await lookAt(look, '2027-01-01T08:00:15.000Z');

    expect(await remindersAt(deps, DUE)).toEqual([true]);
  });

  it('owes nothing for the time before it first looked', async () => {
    const { deps } = await openReplica(aDatabasePath(), QUARTERLY);

    await lookAt(drillReminder(deps), START);

    expect(await remindersAt(deps, '2026-10-01T0700Z', DUE)).toEqual([false, false]);
  });

  it('does not catch up with a calendar that has been changed since', async () => {
    const databasePath = aDatabasePath();
    const { deps } = await openReplica(databasePath, QUARTERLY);
    await lookAt(drillReminder(deps), START);
    const changed = await openReplica(databasePath, { ...QUARTERLY, cron: '0 9 1 2,5,8,11 *' });

    await lookAt(drillReminder(changed.deps), '2027-01-03T10:00:00.000Z');

    expect(await remindersAt(deps, DUE)).toEqual([false]);
  });

  it('keeps the other drills when the calendar of one is nonsense', async () => {
    const broken: Drill = { ...QUARTERLY, id: 'broken', cron: 'every other Tuesday' };
    const { deps, logged } = await openReplica(aDatabasePath(), broken, QUARTERLY);

    await lookAt(drillReminder(deps), START, '2027-01-01T08:00:00.000Z');

    expect(logged).toContainEqual(
      expect.objectContaining({ level: 'error', data: expect.objectContaining({ drill: 'broken' }) }),
    );
    expect(await remindersAt(deps, DUE)).toEqual([true]);
  });
});
