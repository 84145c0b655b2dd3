import { describe, expect, it } from 'vitest';
import { finishStep } from '../../src/operations/rollback/finish-step.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { startStep } from '../../src/operations/rollback/start-step.js';
import { substituteChecklist } from '../../src/operations/rollback/substitute-checklist.js';
import { verifyChecklist } from '../../src/operations/rollback/verify-checklist.js';
import { openDesk } from '../support/desk.js';
import { checklistOf, containedIncident, doAllSteps, press } from '../support/rollback.js';

describe('verifying', () => {
  it('waits until every step is done, and names the ones that are not', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    const by = press(name, 'external-api-call', 'U0PAY1');
    await finishStep(desk.deps, { ...by, stepId: 'reverse', substitute: false, evidence: 'x' });

    const attempt = verifyChecklist(desk.deps, { ...by, evidence: 'sums agree' });

    await expect(attempt).rejects.toMatchObject({ code: 'gate-closed' });
    await expect(attempt).rejects.toThrow(/take-the-key-away.*reconcile/u);
    await expect(attempt).rejects.not.toThrow(/reverse,/u);
  });

  it('takes two people where money moved', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    await doAllSteps(desk.deps, press(name, 'external-api-call', 'U0PAY1'));

    const alone = verifyChecklist(desk.deps, {
      ...press(name, 'external-api-call', 'U0PAY1'),
      evidence: 'sums agree',
    });
    await expect(alone).rejects.toMatchObject({ code: 'same-person' });
    const second = await verifyChecklist(desk.deps, {
      ...press(name, 'external-api-call', 'U0PAY2'),
      evidence: 'sums agree',
    });

    expect(second).toEqual({ first: true });
    const { history } = await readIncident(desk.deps.store, name);
    expect(history.map(({ event }) => event.type)).toContain('press:refused');
  });

  it('lets one database operator do and verify', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk, { tool: 'db.orders.write' });
    const by = press(name, 'database-write', 'U0DBA1');
    await doAllSteps(desk.deps, by);

    expect(await verifyChecklist(desk.deps, { ...by, evidence: 'rows agree' })).toEqual({ first: true });
  });

  it('moves the incident to recovered with the last class, not before', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk, { tool: null });
    await doAllSteps(desk.deps, press(name, 'database-write', 'U0DBA1'));
    await verifyChecklist(desk.deps, { ...press(name, 'database-write', 'U0DBA1'), evidence: 'rows agree' });
    const before = (await readIncident(desk.deps.store, name)).incident.status;

    await doAllSteps(desk.deps, press(name, 'external-api-call', 'U0PAY1'));
    await verifyChecklist(desk.deps, { ...press(name, 'external-api-call', 'U0PAY2'), evidence: 'sums' });

    expect(before).toBe('contained');
    expect((await readIncident(desk.deps.store, name)).incident.status).toBe('recovered');
  });

  it('goes by the substitute’s steps where undoing is impossible', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    const by = press(name, 'external-api-call', 'U0PAY1');
    const own = { stepId: 'reverse', substitute: false, evidence: 'x' };

    await expect(startStep(desk.deps, { ...by, stepId: 'anything', substitute: true })).rejects.toMatchObject(
      { code: 'conflict' },
    );
    const first = await substituteChecklist(desk.deps, { ...by, why: 'the transfer is final' });
    const again = await substituteChecklist(desk.deps, { ...by, why: 'another reason' });
    await expect(finishStep(desk.deps, { ...by, ...own })).rejects.toMatchObject({ code: 'conflict' });
    await doAllSteps(desk.deps, by, true);
    await verifyChecklist(desk.deps, { ...press(name, 'external-api-call', 'U0PAY2'), evidence: 'booked' });

    const checklist = await checklistOf(desk, name, 'external-api-call');
    expect([first, again]).toEqual([{ first: true }, { first: false }]);
    expect(checklist?.substituted?.why).toBe('the transfer is final');
    expect(checklist?.verified?.by).toBe('U0PAY2');
  });
});
