import { describe, expect, it } from 'vitest';
import { assignRole } from '../../src/operations/incidents/assign-role.js';
import { changeStatus } from '../../src/operations/incidents/change-status.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { openByAlert, openDesk, person, surfaceNamed } from '../support/desk.js';

function claim(incident: string, role: string, userId: string) {
  return { incident, role, userId, claimed: true, actor: person(userId) };
}

describe('taking a role', () => {
  it('shows who holds it and sends them their duties in private', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    const answer = await assignRole(deps, claim(name, 'scribe', 'U0PASSERBY'));

    const { incident } = await readIncident(deps.store, name);
    const brief = await surfaceNamed(deps, `brief:${name}:scribe:U0PASSERBY`);
    expect(answer).toEqual({ incident: name, role: 'scribe', userId: 'U0PASSERBY', previous: null });
    expect(incident.roles).toEqual({ scribe: 'U0PASSERBY' });
    expect(brief).toMatchObject({ kind: 'role-brief', target: 'user:U0PASSERBY', lane: 'bulk' });
  });

  it('hands it over when somebody else held it, and keeps both on record', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    await assignRole(deps, claim(name, 'incident-commander', 'U0SRE1'));

    const answer = await assignRole(deps, claim(name, 'incident-commander', 'U0IC1'));

    const { incident, history } = await readIncident(deps.store, name);
    const holders = history.flatMap(({ event }) =>
      event.type === 'role:assigned' ? [event.data.userId] : [],
    );
    expect(answer.previous).toBe('U0SRE1');
    expect(incident.roles['incident-commander']).toBe('U0IC1');
    expect(holders).toEqual(['U0SRE1', 'U0IC1']);
  });

  it('says so when they hold it already', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    await assignRole(deps, claim(name, 'scribe', 'U0SRE1'));

    await expect(assignRole(deps, claim(name, 'scribe', 'U0SRE1'))).rejects.toMatchObject({
      code: 'already-done',
    });
  });

  it('lists the roles there are when there is none of that name', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(assignRole(deps, claim(name, 'boss', 'U0SRE1'))).rejects.toThrow(/There are: on-call-sre/);
  });

  it('does not make a commander of whoever claims to be one', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    await assignRole(deps, claim(name, 'incident-commander', 'U0PASSERBY'));

    const change = { incident: name, to: 'contained' as const, why: '', actor: person('U0PASSERBY') };

    await expect(changeStatus(deps, change)).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
