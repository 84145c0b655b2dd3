import { expect, it } from 'vitest';
import type { HeldAttemptRow, Store } from '../../../src/store/types.js';
import { AT, LATER } from '../../support/store-rows.js';

function aRow(number: number, change: Partial<HeldAttemptRow> = {}): HeldAttemptRow {
  return {
    id: `Q-${number}`,
    number,
    state: 'held',
    digest: String(number).padStart(64, '0'),
    haltId: 'H-1',
    agentId: 'billing-agent',
    tool: 'stripe.refund',
    actionClass: 'refund',
    actionId: `act-${number}`,
    at: AT,
    expiresAt: null,
    decidedBy: null,
    decidedAt: null,
    ...change,
  };
}

export function heldAttemptContract(store: () => Store): void {
  const put = (...rows: readonly HeldAttemptRow[]): Promise<void> =>
    store().transact(async (tx) => {
      for (const row of rows) await tx.putHeldAttempt(row);
    });

  it('keeps an item as it is now, found by its id and by its digest', async () => {
    const decision = { decidedBy: 'U0SRE1', decidedAt: AT };
    const released = aRow(1, { state: 'released', expiresAt: LATER, ...decision });
    await put(aRow(1), released);

    expect(await store().heldAttempt('Q-1')).toEqual(released);
    expect(await store().heldAttemptOf(released.digest)).toEqual(released);
    expect(await store().heldAttempt('Q-2')).toBeUndefined();
    expect(await store().heldAttemptOf('ff')).toBeUndefined();
  });

  it('lists in the order of holding, not of writing, and only what is asked for', async () => {
    await put(
      aRow(11),
      aRow(2, { agentId: 'mail-agent' }),
      aRow(3, { state: 'rejected' }),
      aRow(4, { haltId: 'H-2' }),
      aRow(5, { tool: 'mail.send' }),
    );
    const ids = async (filter: Parameters<Store['heldAttempts']>[0]): Promise<string[]> =>
      (await store().heldAttempts(filter)).map(({ id }) => id);

    expect(await ids({ limit: 3 })).toEqual(['Q-2', 'Q-3', 'Q-4']);
    expect(await ids({ limit: 9, after: 4 })).toEqual(['Q-5', 'Q-11']);
    expect(await ids({ limit: 9, states: ['held', 'released'] })).toEqual(['Q-2', 'Q-4', 'Q-5', 'Q-11']);
    expect(await ids({ limit: 9, haltId: 'H-1', agentId: 'billing-agent', tool: 'stripe.refund' })).toEqual([
      'Q-3',
      'Q-11',
    ]);
  });

  it('knows how long the newest decisions took', async () => {
    await put(
      aRow(1, { state: 'rejected', decidedAt: AT }),
      aRow(2),
      aRow(3, { state: 'released', decidedAt: LATER }),
    );

    expect(await store().decidedWaits(1)).toEqual([{ at: AT, decidedAt: LATER }]);
    expect(await store().decidedWaits(9)).toHaveLength(2);
  });

  it('counts by state', async () => {
    await put(aRow(1), aRow(2), aRow(3, { state: 'used' }), aRow(4, { haltId: 'H-2' }));

    expect(await store().countHeldAttempts({ haltId: 'H-1' })).toEqual({ held: 2, used: 1 });
    expect(await store().countHeldAttempts({ haltId: 'H-9' })).toEqual({});
  });

  it.each(['held', 'released', 'used', 'rejected'] as const)(
    'refuses a second item of a digest while the first is %s',
    async (state) => {
      await put(aRow(1, { state }));

      await expect(put(aRow(2, { digest: aRow(1).digest }))).rejects.toMatchObject({ code: 'conflict' });
    },
  );

  it.each(['expired', 'refused'] as const)(
    'takes a second item of a digest once the first is %s, and finds the newer one',
    async (state) => {
      const { digest } = aRow(1);
      await put(aRow(1, { state }), aRow(2, { digest }));

      expect(await store().heldAttemptOf(digest)).toMatchObject({ id: 'Q-2' });
    },
  );
}
