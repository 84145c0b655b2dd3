import { describe, expect, it } from 'vitest';
import { assignRole } from '../../src/operations/incidents/assign-role.js';
import { publishUpdate } from '../../src/operations/incidents/publish-update.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { openByAlert, openDesk, person } from '../support/desk.js';

const TEXT = 'Refunds are stopped; finance is checking 31 of them.';

describe('an update to everybody who follows the incident', () => {
  it('stands in the channel and below the announcement, and stays on the record', async () => {
    const { deps, clock } = await openDesk();
    const incident = await openByAlert(deps);

    const { updateId } = await publishUpdate(deps, {
      incident,
      text: ` ${TEXT} `,
      by: 'U0SRE1',
      actor: person('U0SRE1'),
    });

    expect((await readIncident(deps.store, incident)).incident.updates).toEqual([
      { updateId, by: 'U0SRE1', text: TEXT, at: clock.now() },
    ]);
    const surfaces = (await deps.store.surfacesOf(incident)).filter(({ kind }) => kind === 'incident-update');
    expect(surfaces.map(({ target, threadOf }) => ({ target, threadOf }))).toEqual([
      { target: 'incident', threadOf: null },
      { target: 'C0ANNOUNCE', threadOf: `announcement:${incident}` },
    ]);
  });

  it('is written by whoever leads communications, and by nobody without a role', async () => {
    const { deps } = await openDesk();
    const incident = await openByAlert(deps);
    const update = { incident, text: TEXT, by: 'U0GUEST', actor: person('U0GUEST') };

    await expect(publishUpdate(deps, update)).rejects.toMatchObject({ code: 'not-allowed' });
    await assignRole(deps, {
      incident,
      role: 'communications-lead',
      userId: 'U0GUEST',
      claimed: true,
      actor: person('U0GUEST'),
    });

    await expect(publishUpdate(deps, update)).resolves.toEqual({ updateId: '1' });
  });

  it('says something', async () => {
    const { deps } = await openDesk();
    const incident = await openByAlert(deps);

    await expect(
      publishUpdate(deps, { incident, text: '  ', by: 'U0SRE1', actor: person('U0SRE1') }),
    ).rejects.toThrow('Write what people should know');
  });
});
