import { describe, expect, it } from 'vitest';
import type { LinkName } from '../../src/core/detection-chain.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { supplyLink, type SupplyLink } from '../../src/operations/incidents/supply-link.js';
import { MINUTE, openByAlert, openDesk, person } from '../support/desk.js';

function anAction(incident: string, change: Partial<SupplyLink> = {}): SupplyLink {
  return {
    incident,
    link: 'action',
    at: '2026-11-20T01:02:03.000Z',
    source: 'ledger export, line 41',
    actor: person('U0SRE1'),
    ...change,
  };
}

describe('supplying a link of the chain', () => {
  it('fills in when the agent acted, with what says so', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    const answer = await supplyLink(deps, anAction(name));

    const { incident } = await readIncident(deps.store, name);
    expect(answer.corrected).toBe(false);
    expect(incident.chain.action).toEqual({
      at: '2026-11-20T01:02:03.000Z',
      recordedBy: 'U0SRE1',
      source: 'ledger export, line 41',
    });
  });

  it('corrects a link that an alert had wrong, and keeps what the alert said on record', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps, { actionAt: '2026-11-20T02:00:00.000Z' });

    const answer = await supplyLink(deps, anAction(name));

    const { incident, history } = await readIncident(deps.store, name);
    expect(answer.corrected).toBe(true);
    expect(incident.chain.action?.at).toBe('2026-11-20T01:02:03.000Z');
    expect(history.map(({ event }) => event.type)).toEqual(
      expect.arrayContaining(['alert:received', 'link:supplied']),
    );
  });

  it.each(['trigger', 'page', 'acknowledgement'] as const satisfies LinkName[])(
    'does not let anybody rewrite the %s',
    async (link) => {
      const { deps } = await openDesk();
      const name = await openByAlert(deps);

      await expect(supplyLink(deps, anAction(name, { link }))).rejects.toThrow(
        'Only the action and the signal can be supplied',
      );
    },
  );

  it('needs a source', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(supplyLink(deps, anAction(name, { source: ' ' }))).rejects.toThrow(
      'No link without a source',
    );
  });

  it('does not believe in the future', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(supplyLink(deps, anAction(name, { at: '2027-01-01T00:00:00Z' }))).rejects.toThrow(
      'lies in the future',
    );
  });

  it('does not believe that the agent acted after somebody had acknowledged', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    await acknowledgePage(deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
    clock.advance(60 * MINUTE);

    await expect(supplyLink(deps, anAction(name, { at: '2026-11-20T03:40:00Z' }))).rejects.toThrow(
      'cannot be later than the acknowledgement',
    );
  });

  it('says so when the same is supplied twice', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    await supplyLink(deps, anAction(name));

    await expect(supplyLink(deps, anAction(name))).rejects.toMatchObject({ code: 'already-done' });
  });

  it('is for the scribe and responders', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(supplyLink(deps, anAction(name, { actor: person('U0PASSERBY') }))).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });
});
