import { describe, expect, it } from 'vitest';
import { confirmHarm } from '../../src/operations/halting/confirm-harm.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { MINUTE, openByAlert, openDesk, person, START } from '../support/desk.js';

describe('confirming harm', () => {
  it('starts the clock once: a second press does not move it', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);

    const first = await confirmHarm(deps, { incident: name, actor: person('U0SRE1') });
    clock.advance(MINUTE);
    const second = await confirmHarm(deps, { incident: name, actor: person('U0SEC1') });

    const { incident } = await readIncident(deps.store, name);
    expect(first).toEqual({ first: true, by: 'U0SRE1', at: START });
    expect(second).toEqual({ first: false, by: 'U0SRE1', at: START });
    expect(incident.harmConfirmedAt).toBe(START);
  });

  it("is open to the agent's owner, and not to a passer-by", async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(confirmHarm(deps, { incident: name, actor: person('U0PASSERBY') })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    expect((await confirmHarm(deps, { incident: name, actor: person('U0OWNER1') })).first).toBe(true);
  });
});
