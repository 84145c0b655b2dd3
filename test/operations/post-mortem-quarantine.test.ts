import { expect, it } from 'vitest';
import { checkDraft } from '../../src/core/post-mortem/rubric.js';
import type { Deps } from '../../src/operations/deps.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { markPoint } from '../../src/operations/points/mark-point.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { readPostMortem } from '../../src/operations/post-mortem/read-post-mortem.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { openByAlert, openDesk, person } from '../support/desk.js';
import { holdRefund, order, REFUNDS, reject, release } from '../support/quarantine.js';
import { closing, finishedIncident } from '../support/rollback.js';

async function holdIn(deps: Deps, incident: string): Promise<void> {
  const about = { scope: REFUNDS, mode: 'hold', reason: 'look at each', originChannel: null } as const;
  await orderHalt(deps, { ...about, incident, actor: person('U0SRE1') });
}

it('the post-mortem counts what the incident held, says how long agents waited, and cites each decision', async () => {
  const { deps, clock } = await openDesk();
  const incident = await openByAlert(deps);
  await holdIn(deps, incident);
  const [first, second] = [
    await holdRefund(deps, { actionId: 'act-1', parameters: { amount: 1 } }),
    await holdRefund(deps, { actionId: 'act-2', parameters: { amount: 2 } }),
  ];
  await holdRefund(deps, { actionId: 'act-3', parameters: { amount: 3 } });
  clock.advance(20_000);
  await release(deps, first);
  clock.advance(20_000);
  await reject(deps, second);

  const { json, markdown } = await readPostMortem(deps, { incident });

  expect(json.figures.quarantine).toMatchObject({ held: 3, released: 1, rejected: 1, waiting: 1 });
  expect(json.figures.quarantine?.medianWaitSeconds).toBe(30);
  expect(markdown).toContain('H-1 held 3 attempt(s): 1 released (0 taken up, 0 expired), 1 rejected');
  expect(markdown).toContain('median wait for a person: 30 s');
  expect(markdown).toMatch(/Q-2 \(stripe\.refund of billing-agent\).*rejected at 2026-11-20T03:12:40.000Z/u);
  const seqs = [incident, 'plane', 'quarantine:Q-1', 'quarantine:Q-2', 'quarantine:Q-3'].map((stream) =>
    deps.store.readStream(stream),
  );
  const known = new Set((await Promise.all(seqs)).flat().map(({ seq }) => seq));
  expect(checkDraft(json, known)).toEqual([]);
});

it('leaves out what another incident held, and has no figures where nothing was held', async () => {
  const { deps } = await openDesk();
  const incident = await openByAlert(deps);
  await order(deps, 'hold');
  await holdRefund(deps, { actionId: 'act-1', parameters: {} });

  const { json, markdown } = await readPostMortem(deps, { incident });

  expect(json.figures.quarantine).toBeNull();
  expect(markdown).not.toContain('held');
});

it('stays what was drafted, to the byte, whatever is decided about held attempts afterwards', async () => {
  const desk = await openDesk();
  const name = await finishedIncident(desk);
  await holdIn(desk.deps, name);
  for (const { pointId } of (await readOrder(desk.deps.store, 'H-2')).points)
    await markPoint(desk.deps, { haltId: 'H-2', pointId, reason: 'unplugged', actor: person('U0SRE1') });
  const item = await holdRefund(desk.deps, { actionId: 'act-9', parameters: {} });
  await closeIncident(desk.deps, { ...closing(name), why: 'the quarantine may stand' });
  const drafted = await readPostMortem(desk.deps, { incident: name });
  await reject(desk.deps, item);

  const after = await readPostMortem(desk.deps, { incident: name });

  expect([drafted.asDrafted, after.asDrafted]).toEqual([true, true]);
  expect(after.markdown).toContain('still waiting');
});
