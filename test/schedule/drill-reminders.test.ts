import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Deps } from '../../src/operations/deps.js';
import type { Drill, Registry } from '../../src/registry/registry.js';
import { startDrillReminders } from '../../src/schedule/drill-reminders.js';
import { aDatabasePath } from '../support/journal-file.js';
import { openDesk, START, type Desk } from '../support/desk.js';

const DAY = 86_400_000;

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

describe("the drills' calendar", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      now: Date.parse(START),
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
  });
  afterEach(() => void vi.useRealTimers());

  it('reminds when a drill is due, by the clock on the wall over there', async () => {
    const { deps } = await openReplica(aDatabasePath(), QUARTERLY);
    const reminders = startDrillReminders(deps);

    await vi.advanceTimersByTimeAsync(43 * DAY);
    await reminders.stop();

    expect(await remindersAt(deps, '2027-01-01T0800Z')).toEqual([true]);
  });

  it('reminds once when two replicas run', async () => {
    const databasePath = aDatabasePath();
    const one = await openReplica(databasePath, QUARTERLY);
    const other = await openReplica(databasePath, QUARTERLY);
    const running = [startDrillReminders(one.deps), startDrillReminders(other.deps)];

    await vi.advanceTimersByTimeAsync(43 * DAY);
    await Promise.all(running.map((each) => each.stop()));

    const surface = await one.deps.store.surface('drill-reminder:invented-refunds:2027-01-01T0800Z');
    expect(surface?.wantedVersion).toBe(1);
  });

  it('catches up, once, with a reminder that was due while nobody ran', async () => {
    const databasePath = aDatabasePath();
    const { deps } = await openReplica(databasePath, QUARTERLY);
    const before = startDrillReminders(deps);
    await vi.advanceTimersByTimeAsync(DAY);
    await before.stop();

    vi.setSystemTime(Date.parse('2027-01-03T10:00:00.000Z'));
    for (const _ of ['first start', 'second start']) {
      const after = startDrillReminders(deps);
      await vi.advanceTimersByTimeAsync(1000);
      await after.stop();
    }

    const surface = await deps.store.surface('drill-reminder:invented-refunds:2027-01-01T0800Z');
    expect(surface?.wantedVersion).toBe(1);
  });

  it('owes nothing for the time before it was first started', async () => {
    const { deps } = await openReplica(aDatabasePath(), QUARTERLY);

    const reminders = startDrillReminders(deps);
    await vi.advanceTimersByTimeAsync(1000);
    await reminders.stop();

    expect(await remindersAt(deps, '2026-10-01T0700Z', '2027-01-01T0800Z')).toEqual([false, false]);
  });

  it('does not catch up with a calendar that has been changed since', async () => {
    const databasePath = aDatabasePath();
    const { deps } = await openReplica(databasePath, QUARTERLY);
    const before = startDrillReminders(deps);
    await vi.advanceTimersByTimeAsync(1000);
    await before.stop();
    vi.setSystemTime(Date.parse('2027-01-03T10:00:00.000Z'));
    const changed = await openReplica(databasePath, { ...QUARTERLY, cron: '0 9 1 2,5,8,11 *' });

    const after = startDrillReminders(changed.deps);
    await vi.advanceTimersByTimeAsync(1000);
    await after.stop();

    expect(await remindersAt(deps, '2027-01-01T0800Z')).toEqual([false]);
  });

  it('keeps the other drills when the calendar of one is nonsense', async () => {
    const broken: Drill = { ...QUARTERLY, id: 'broken', cron: 'every other Tuesday' };
    const { deps, logged } = await openReplica(aDatabasePath(), broken, QUARTERLY);

    const reminders = startDrillReminders(deps);
    await vi.advanceTimersByTimeAsync(43 * DAY);
    await reminders.stop();

    expect(logged).toContainEqual(
      expect.objectContaining({ level: 'error', data: expect.objectContaining({ drill: 'broken' }) }),
    );
    expect(await remindersAt(deps, '2027-01-01T0800Z')).toEqual([true]);
  });
});
