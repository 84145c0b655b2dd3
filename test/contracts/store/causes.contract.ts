import { expect, it } from 'vitest';
import type { CauseRow, Store, Transaction } from '../../../src/store/types.js';
import { anIncidentRow, AT, LATER } from '../../support/store-rows.js';

const CAUSE = 'digest-of-cost-rate';

function aCause(change: Partial<CauseRow> = {}): CauseRow {
  return {
    incident: 'INC-7',
    cause: CAUSE,
    agent: 'billing-agent',
    openedAt: AT,
    place: 'single',
    umbrella: null,
    ...change,
  };
}

export function causeContract(store: () => Store): void {
  const write = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => store().transact(work);
  const put = (...rows: readonly CauseRow[]): Promise<void> =>
    write(async (tx) => {
      for (const row of rows) await tx.putCause(row);
    });

  it('finds the newest incidents of a cause since a moment, oldest first, and no umbrella', async () => {
    const rows = [
      aCause({ incident: 'INC-1', openedAt: '2026-11-20T03:01:00.000Z' }),
      aCause({ incident: 'INC-2', openedAt: '2026-11-20T03:02:00.000Z' }),
      aCause({ incident: 'INC-3', openedAt: '2026-11-20T03:03:00.000Z', place: 'umbrella' }),
      aCause({ incident: 'INC-4', openedAt: '2026-11-20T03:04:00.000Z' }),
    ];
    await put(...rows, aCause({ incident: 'INC-5', cause: 'another' }));

    const since = await store().causedSince(CAUSE, '2026-11-20T03:01:00.000Z', 10);
    const newest = await store().causedSince(CAUSE, '2026-11-20T03:00:00.000Z', 1);

    expect(since.map(({ incident }) => incident)).toEqual(['INC-2', 'INC-4']);
    expect(newest).toEqual([rows[3]]);
  });

  it('keeps one row an incident', async () => {
    await put(aCause(), aCause({ place: 'member', umbrella: 'INC-9' }));

    const rows = await store().causedSince(CAUSE, '2026-11-20T00:00:00.000Z', 10);

    expect(rows).toEqual([aCause({ place: 'member', umbrella: 'INC-9' })]);
  });

  it('knows the umbrella of a cause for as long as it is open', async () => {
    await put(aCause({ place: 'umbrella' }));
    await write((tx) => tx.addIncident(anIncidentRow()));
    const open = await store().openUmbrella(CAUSE);
    await write((tx) => tx.setIncident('incident', 7, { open: false }));

    expect([open, await store().openUmbrella(CAUSE)]).toEqual(['INC-7', undefined]);
  });

  it('leaves members without a channel out of lists that say so, and behind the umbrella in its channel', async () => {
    const umbrella = anIncidentRow({ channelId: 'C0STORM', agentId: null, dedupKey: null });
    const member = anIncidentRow({ number: 8, channelId: 'C0STORM' });
    await put(
      aCause({ place: 'umbrella' }),
      aCause({ incident: 'INC-8', place: 'sheltered', umbrella: 'INC-7' }),
    );
    await write(async (tx) => {
      await tx.addIncident(umbrella);
      await tx.addIncident(member);
    });

    const shown = await store().incidents({ open: true, sheltered: false, limit: 10 });

    expect(shown).toEqual([umbrella]);
    expect(await store().incidents({ open: true, limit: 10 })).toHaveLength(2);
    expect(await store().sheltered('INC-7')).toEqual(['INC-8']);
    expect(await store().incidentByChannel('C0STORM')).toEqual(umbrella);
  });

  it('counts a repeated alert in one statement, where it fires and its incident is open', async () => {
    const row = {
      dedupKey: 'a',
      incident: 'INC-7',
      status: 'firing',
      count: 1,
      firstAt: AT,
      lastAt: AT,
    } as const;
    await write(async (tx) => {
      await tx.addIncident(anIncidentRow());
      await tx.putAlert(row);
      await tx.putAlert({ ...row, dedupKey: 'over', status: 'resolved', count: 0 });
    });

    const repeated = await write((tx) =>
      tx.repeatAlerts(
        new Map([
          ['a', 41],
          ['b', 41],
          ['over', 41],
          ['c', 2],
        ]),
        LATER,
      ),
    );
    const counted = await store().alert('a');
    await write((tx) => tx.setIncident('incident', 7, { open: false }));
    const closed = await write((tx) => tx.repeatAlerts(new Map([['a', 1]]), LATER));
    const none = await write((tx) => tx.repeatAlerts(new Map(), LATER));

    expect([...repeated]).toEqual([['a', 'INC-7']]);
    expect(counted).toEqual({ ...row, count: 42, lastAt: LATER });
    expect([closed.size, none.size]).toEqual([0, 0]);
    expect(await store().countAlerts('INC-7')).toBe(42);
  });

  it('has a surface rendered later where it was clean, and at once where it was dirty already', async () => {
    const touch = {
      key: 'card:INC-7',
      kind: 'incident-card',
      lane: 'bulk',
      incident: null,
      target: 'C1',
    } as const;
    const due = (at: string) =>
      write((tx) => tx.surfaces.due({ lane: 'bulk', now: at, limit: 10 })).then((rows) => rows.length);
    await write((tx) => tx.touchSurface(touch));
    await write((tx) => tx.touchSurfacesLater([touch.key, 'card:unknown'], LATER));
    const dirty = await due(AT);
    await write((tx) =>
      tx.surfaces.rendered(touch.key, { channelId: 'C1', ts: '1.1', digest: 'd', version: 2 }),
    );
    await write((tx) => tx.touchSurfacesLater([touch.key, 'card:unknown'], LATER));

    expect([dirty, await due(AT), await due(LATER)]).toEqual([1, 0, 1]);
  });
}
