/** Some senders name an alert once and for all: what is over and fires again has the key that it had. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import { takeAlert } from '../../src/operations/alerts/take-alert.js';
import type { Deps } from '../../src/operations/deps.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { ALERTMANAGER, anAlert, openDesk, START } from '../support/desk.js';

const FIRST = '2026-11-20T01:00:00.000Z';
const OVER = '2026-11-20T01:10:00.000Z';
const SECOND = '2026-11-20T02:00:00.000Z';

const take = (deps: Deps, ...changes: Partial<Alert>[]) =>
  takeAlert(deps, {
    alerts: changes.map((change) => anAlert({ dedupKey: 'arn', startsAt: FIRST, ...change })),
    actor: ALERTMANAGER,
  });

const episodesOf = async (deps: Deps) => {
  const { incident } = await readIncident(deps.store, 'INC-1');
  return incident.alerts.map(({ startsAt, resolvedAt }) => [startsAt, resolvedAt]);
};

describe('an alert that was over and fires again under the same key', () => {
  it('is shown as firing, beside the episode that is over', async () => {
    const { deps } = await openDesk();
    await take(deps, {}, { status: 'resolved' });

    const [again] = await take(deps, { startsAt: SECOND });

    expect(again).toMatchObject({ outcome: 'joined', incident: 'INC-1' });
    expect(again?.note).toContain('fires again');
    expect(await episodesOf(deps)).toEqual([
      [FIRST, START],
      [SECOND, null],
    ]);
  });

  it('is counted on, and over once more when it is said to be', async () => {
    const { deps } = await openDesk();

    await take(deps, {}, {}, { status: 'resolved' }, { startsAt: SECOND }, { startsAt: SECOND });
    const [over] = await take(deps, { status: 'resolved' });

    expect(over?.outcome).toBe('resolved');
    expect(await deps.store.countAlerts('INC-1')).toBe(4);
    expect((await episodesOf(deps)).map(([, resolvedAt]) => resolvedAt)).toEqual([START, START]);
  });

  it('stays over where the same episode is only told again, late', async () => {
    const { deps } = await openDesk();
    await take(deps, {}, { status: 'resolved' });

    const [late] = await take(deps, {});

    expect(late).toMatchObject({ outcome: 'repeated', incident: 'INC-1' });
    expect(await episodesOf(deps)).toEqual([[FIRST, START]]);
  });

  it('is not over because the end of the episode before comes late', async () => {
    const { deps } = await openDesk();
    await take(deps, {}, { status: 'resolved', endsAt: OVER }, { startsAt: SECOND });

    const [late] = await take(deps, { status: 'resolved', endsAt: OVER });

    expect(late).toMatchObject({ outcome: 'ignored', incident: 'INC-1' });
    expect((await episodesOf(deps)).at(-1)).toEqual([SECOND, null]);
  });

  it('opens a new incident where the one that it had is closed', async () => {
    const { deps } = await openDesk();
    await take(deps, {}, { status: 'resolved' });
    await deps.store.transact((tx) => tx.setIncident('incident', 1, { open: false }));

    const [again] = await take(deps, { startsAt: SECOND });

    expect(again).toMatchObject({ outcome: 'opened', incident: 'INC-2' });
  });
});
