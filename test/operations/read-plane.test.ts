/** Orders that are over leave the memory after a week, and nobody who asks notices. */
import { describe, expect, it } from 'vitest';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { askForHalt } from '../../src/operations/halting/ask-for-halt.js';
import { describeIncident } from '../../src/operations/incidents/describe-incident.js';
import type { Deps } from '../../src/operations/deps.js';
import {
  readOrder,
  readOrdersOf,
  readPlane,
  readWholePlane,
} from '../../src/operations/halting/read-plane.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { openByAlert, person } from '../support/desk.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

const DAY = 86_400_000;
const AGENT = { scope: { kind: 'agent', agentId: 'billing-agent' } } as const;

async function lift(deps: Deps, haltId: string): Promise<void> {
  const { digest } = await requestLift(deps, {
    haltId,
    reason: 'mended',
    actor: person('U0SRE1'),
    person: 'U0SRE1',
  });
  await approveLift(deps, { haltId, digest, actor: person('U0SEC1'), person: 'U0SEC1' });
}

/** One order that was lifted a week and a day ago, one that was lifted just now, and one that stands. */
async function longHistory() {
  const desk = await openPlaneDesk();
  const { deps, pass } = desk;
  const incident = await openByAlert(deps);
  const point = await connect(deps);
  const old = await halt(deps, { ...AGENT, incident });
  await point.say('quiesced');
  await lift(deps, old.haltId);
  const before = await readOrder(deps.store, old.haltId);
  pass(8 * DAY);
  const recent = await halt(deps, { ...AGENT, incident });
  await lift(deps, recent.haltId);
  const standing = await halt(deps, { scope: { kind: 'all' }, incident });
  return { ...desk, incident, before, haltIds: [old, recent, standing].map(({ haltId }) => haltId) };
}

describe('an order that was lifted more than a week ago', () => {
  it('is not kept in memory; what stands or was lifted lately is', async () => {
    const { deps, haltIds } = await longHistory();

    expect([...(await readPlane(deps.store)).orders.keys()]).toEqual(haltIds.slice(1));
    expect([...(await readWholePlane(deps.store)).orders.keys()]).toEqual(haltIds);
  });

  it('is answered from the journal, exactly as it was', async () => {
    const { deps, before } = await longHistory();

    expect(await readOrder(deps.store, before.haltId)).toEqual(before);
    expect(before.points).toHaveLength(1);
  });

  it('still stands among the orders of its incident', async () => {
    const { deps, incident: name, haltIds } = await longHistory();
    const { incident } = await readIncident(deps.store, name);

    expect((await readOrdersOf(deps.store, incident)).map(({ haltId }) => haltId)).toEqual(haltIds);
    const { halts } = await describeIncident(deps, { incident: name });
    expect(halts.map(({ haltId }) => haltId)).toEqual(haltIds);
  });

  it('refuses a second lift in the words of the first', async () => {
    const { deps, before } = await longHistory();

    await expect(
      requestLift(deps, { haltId: before.haltId, reason: 'x', actor: person('U0SRE1'), person: 'U0SRE1' }),
    ).rejects.toThrow(/was lifted at .+ by U0SEC1/);
  });

  it('takes the pleas along that it answered; one that nobody has answered stays', async () => {
    const { deps, pass } = await openPlaneDesk();
    const plea = { mode: 'deny', reason: 'it refunds everybody', incident: null } as const;
    const asker = { userId: 'U0NOBODY', actor: person('U0NOBODY') };
    await askForHalt(deps, { ...plea, ...asker, ...AGENT });
    const { haltId } = await halt(deps, AGENT);
    await lift(deps, haltId);
    const open = await askForHalt(deps, { ...plea, ...asker, scope: { kind: 'all' } });
    pass(8 * DAY);
    await halt(deps, AGENT);

    expect([...(await readPlane(deps.store)).asks.keys()]).toEqual([open.askId]);
  });

  it('stays in memory while its break-glass has not been reviewed', async () => {
    const { deps, pass } = await openPlaneDesk({ registry: (shipped) => ({ ...shipped, breakGlass: true }) });
    const { haltId } = await halt(deps, { ...AGENT, actor: person('U0NOBODY') });
    await lift(deps, haltId);
    pass(8 * DAY);
    await halt(deps);

    expect((await readPlane(deps.store)).orders.has(haltId)).toBe(true);
  });
});
