import { expect, it } from 'vitest';
import type { IncidentRow, Store } from '../../../src/store/types.js';
import { anIncidentRow } from '../../support/store-rows.js';

export function incidentContract(store: () => Store): void {
  const add = (row: IncidentRow): Promise<void> => store().transact((tx) => tx.addIncident(row));

  it('finds an incident by number, by channel and by agent', async () => {
    const row = anIncidentRow({ channelId: 'C0INC7' });
    await add(row);

    expect(await store().incident('incident', 7)).toEqual(row);
    expect(await store().incidentByChannel('C0INC7')).toEqual(row);
    expect(await store().openIncidentForAgent('billing-agent')).toEqual(row);
    expect(await store().incident('drill', 7)).toBeUndefined();
  });

  it('refuses a second open incident for the same alert', async () => {
    await add(anIncidentRow());

    const second = add(anIncidentRow({ number: 8, agentId: 'other-agent' }));

    await expect(second).rejects.toMatchObject({ name: 'DomainError', code: 'conflict' });
  });

  it('refuses a second open incident for the same agent', async () => {
    await add(anIncidentRow());

    const second = add(anIncidentRow({ number: 8, dedupKey: 'other' }));

    await expect(second).rejects.toMatchObject({ name: 'DomainError', code: 'conflict' });
  });

  it('opens another once the first is closed', async () => {
    await add(anIncidentRow());
    await store().transact((tx) => tx.setIncident('incident', 7, { open: false }));

    await add(anIncidentRow({ number: 8 }));

    expect((await store().openIncidentForAgent('billing-agent'))?.number).toBe(8);
  });

  it('does not let a drill stand in the way of the real thing', async () => {
    await add(anIncidentRow({ kind: 'drill', number: 1 }));

    await add(anIncidentRow());

    expect(await store().openIncidentForAgent('billing-agent')).toMatchObject({
      kind: 'incident',
      number: 7,
    });
  });

  it('opens any number without agent or alert', async () => {
    await add(anIncidentRow({ agentId: null, dedupKey: null }));
    await add(anIncidentRow({ number: 8, agentId: null, dedupKey: null }));

    expect(await store().incidents({ open: true, limit: 10 })).toHaveLength(2);
  });

  it('lists open ones first, then the newest, and no more than asked', async () => {
    await add(anIncidentRow({ number: 1, open: false }));
    await add(anIncidentRow({ number: 2 }));
    await add(anIncidentRow({ number: 3, open: false }));
    await add(anIncidentRow({ kind: 'drill', number: 1 }));

    const numbers = async (filter: Parameters<Store['incidents']>[0]): Promise<string[]> =>
      (await store().incidents(filter)).map(({ kind, number }) => `${kind} ${number}`);

    expect(await numbers({ kind: 'incident', limit: 10 })).toEqual([
      'incident 2',
      'incident 3',
      'incident 1',
    ]);
    expect(await numbers({ limit: 2 })).toEqual(['incident 2', 'drill 1']);
    expect(await numbers({ kind: 'incident', open: false, limit: 1 })).toEqual(['incident 3']);
  });

  it('changes what is said and keeps the rest', async () => {
    await add(anIncidentRow());
    await store().transact((tx) => tx.setIncident('incident', 7, { channelId: 'C0INC7' }));
    await store().transact((tx) => tx.setIncident('incident', 7, { channelName: 'inc-7-again' }));

    expect(await store().incident('incident', 7)).toEqual(
      anIncidentRow({ channelId: 'C0INC7', channelName: 'inc-7-again' }),
    );
  });

  it('says that there is no such incident to change', async () => {
    const change = store().transact((tx) => tx.setIncident('incident', 99, { open: false }));

    await expect(change).rejects.toMatchObject({ name: 'DomainError', code: 'not-found' });
  });
}
