import { describe, expect, it } from 'vitest';
import { changeSeverity } from '../../src/operations/incidents/change-severity.js';
import { changeStatus } from '../../src/operations/incidents/change-status.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { openByAlert, openDesk, person, START, takeEffects } from '../support/desk.js';

const SRE = person('U0SRE1');

describe('changing the severity', () => {
  it('records from what to what, who, and keeps the reason private', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    const answer = await changeSeverity(deps, {
      incident: name,
      to: 'sev3',
      why: 'a test account',
      actor: SRE,
    });

    const [entry] = (await deps.store.readStream(name)).slice(-1);
    expect(answer).toEqual({ incident: name, from: 'sev1', to: 'sev3' });
    expect(entry).toMatchObject({
      type: 'severity:changed',
      data: { from: 'sev1', to: 'sev3' },
      private: { text: 'a test account' },
      actor: { id: 'U0SRE1', roles: ['on-call-sre'] },
    });
  });

  it('says so when it has that severity already', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(
      changeSeverity(deps, { incident: name, to: 'sev1', why: '', actor: SRE }),
    ).rejects.toMatchObject({
      code: 'already-done',
    });
  });

  it('is for responders, and says who they are', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    const change = { incident: name, to: 'sev3' as const, why: '', actor: person('U0PASSERBY') };

    await expect(changeSeverity(deps, change)).rejects.toThrow(/one of these roles: on-call-sre/);
  });

  it('has the channel topic set again', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await changeSeverity(deps, { incident: name, to: 'sev2', why: '', actor: SRE });

    const topics = (await takeEffects(deps)).filter(({ kind }) => kind === 'channel:topic');
    expect(topics).toHaveLength(2);
  });
});

describe('changing the status', () => {
  it('opens the rollback checklists and starts their clocks when containment is declared by hand', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await changeStatus(deps, { incident: name, to: 'contained', why: 'pulled its API key', actor: SRE });

    const { incident } = await readIncident(deps.store, name);
    expect(incident.status).toBe('contained');
    expect(incident.checklists.map(({ actionClass, budgetsFrom }) => [actionClass, budgetsFrom])).toEqual([
      ['external-api-call', START],
    ]);
  });

  it('sends whoever wants to close it to the gate', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(changeStatus(deps, { incident: name, to: 'closed', why: '', actor: SRE })).rejects.toThrow(
      'use /incident close',
    );
  });

  it('says so when it has that status already', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(
      changeStatus(deps, { incident: name, to: 'open', why: '', actor: SRE }),
    ).rejects.toMatchObject({
      code: 'already-done',
    });
  });

  it('does not bring a closed incident back', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    const closed = { type: 'incident:closed', data: { by: 'U0IC1', at: START } };
    await deps.store.transact((tx) =>
      tx.append({ stream: name, events: [closed], actor: SRE, occurredAt: START, recordedAt: START }),
    );

    await expect(changeStatus(deps, { incident: name, to: 'open', why: '', actor: SRE })).rejects.toThrow(
      'is closed. Add a note',
    );
  });
});
