import { describe, expect, it } from 'vitest';
import { confirmHarm } from '../../src/operations/halting/confirm-harm.js';
import { readPlane } from '../../src/operations/halting/read-plane.js';
import { changeStatus } from '../../src/operations/incidents/change-status.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { MINUTE, openByAlert, openDesk, person, START } from '../support/desk.js';
import { halt } from '../support/plane.js';

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

  it('is the clock of an order until it is contained, and of none that is given later', async () => {
    const { deps, clock } = await openDesk();
    const incident = await openByAlert(deps);
    const actor = person('U0SRE1');
    await confirmHarm(deps, { incident, actor });
    clock.advance(MINUTE);
    await halt(deps, { incident });
    await changeStatus(deps, { incident, to: 'contained', why: 'key pulled', actor });
    clock.advance(60 * MINUTE);

    await halt(deps, { incident, scope: { kind: 'agent', agentId: 'billing-agent' } });

    const { orders } = await readPlane(deps.store);
    expect(orders.get('H-1')?.clockStartedAt).toBe(START);
    expect(orders.get('H-2')?.clockStartedAt).toBe(deps.now());
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
