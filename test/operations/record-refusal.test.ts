import { describe, expect, it } from 'vitest';
import { readPlane, PLANE_STREAM } from '../../src/operations/halting/read-plane.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { recordRefusal, type Refusal } from '../../src/operations/access/record-refusal.js';
import { openByAlert, openDesk, person } from '../support/desk.js';

function aRefusal(change: Partial<Refusal> = {}): Refusal {
  return {
    incident: null,
    what: 'halt:all',
    userId: 'U0PASSERBY',
    why: 'This needs one of these roles: on-call-sre.',
    actor: person('U0PASSERBY'),
    ...change,
  };
}

describe('a press that was refused', () => {
  it('is on the record of its incident', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await recordRefusal(deps, aRefusal({ incident: name.toLowerCase() }));

    const { history } = await readIncident(deps.store, name);
    expect(history.at(-1)).toMatchObject({
      actorId: 'U0PASSERBY',
      event: { type: 'press:refused', data: { what: 'halt:all', userId: 'U0PASSERBY' } },
    });
  });

  it.each([null, 'INC-999', 'nonsense'])(
    'is on the record of the halts when the incident is %j',
    async (incident) => {
      const { deps } = await openDesk();

      await recordRefusal(deps, aRefusal({ incident }));

      const [entry] = await deps.store.readStream(PLANE_STREAM);
      expect(entry).toMatchObject({ type: 'halt:refused', data: { what: 'halt:all', by: 'U0PASSERBY' } });
      await expect(readPlane(deps.store)).resolves.toMatchObject({ epoch: 0 });
    },
  );
});
