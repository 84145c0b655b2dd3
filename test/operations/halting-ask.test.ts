import { expect, it } from 'vitest';
import { askForHalt } from '../../src/operations/ask-for-halt.js';
import { PLANE_STREAM } from '../../src/operations/read-plane.js';
import { person } from '../support/desk.js';
import { openPlaneDesk } from '../support/plane.js';

it('asks everybody who may halt that agent, each once, and halts nothing', async () => {
  const { deps } = await openPlaneDesk();

  const { askId, users } = await askForHalt(deps, {
    scope: { kind: 'agent', agentId: 'billing-agent' },
    reason: 'it refunds everybody',
    incident: null,
    userId: 'U0NOBODY',
    actor: person('U0NOBODY'),
  });

  expect(users).toEqual(expect.arrayContaining(['U0SRE1', 'U0SEC1', 'U0OWNER1', 'U0IC1']));
  expect(new Set(users).size).toBe(users.length);
  expect(await deps.store.surface(`ask:${askId}:U0SRE1`)).toMatchObject({
    kind: 'halt-ask',
    lane: 'halt',
    target: 'user:U0SRE1',
  });
  expect((await deps.store.readStream(PLANE_STREAM)).map(({ type }) => type)).toEqual(['halt:asked']);
  expect(deps.plane.current().halts).toEqual([]);
});
