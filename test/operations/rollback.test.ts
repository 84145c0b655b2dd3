import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import { finishStep } from '../../src/operations/rollback/finish-step.js';
import { openChecklist } from '../../src/operations/rollback/open-checklist.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { startStep } from '../../src/operations/rollback/start-step.js';
import { verifyChecklist } from '../../src/operations/rollback/verify-checklist.js';
import { MINUTE, openByAlert, openDesk, person, surfaceNamed, type Desk } from '../support/desk.js';
import { checklistOf, containedIncident, doAllSteps, press } from '../support/rollback.js';

describe('opening checklists', () => {
  it('opens the class of the tool that the alert names, once the incident is contained', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);

    const { incident } = await readIncident(desk.deps.store, name);

    expect(incident.checklists.map(({ actionClass }) => actionClass)).toEqual(['external-api-call']);
    expect(incident.checklists[0]?.budgetsFrom).toBe(incident.containedAt);
    expect(await surfaceNamed(desk.deps, `checklist:${name}:external-api-call`)).toMatchObject({
      kind: 'checklist',
      target: 'incident',
    });
  });

  it('opens everything that the agent can do when the alert names no tool', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk, { tool: null });

    const { incident } = await readIncident(desk.deps.store, name);

    expect(incident.checklists.map(({ actionClass }) => actionClass)).toEqual([
      'external-api-call',
      'database-write',
    ]);
  });

  it('opens nothing by itself for an agent that nobody registered, and one class by hand', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps, { agentId: 'shadow-agent', tool: null });
    const actor = person('U0SRE1');

    await expect(openChecklist(deps, { incident: name, actor })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    const first = await openChecklist(deps, { incident: name, actionClass: 'database-write', actor });
    const second = await openChecklist(deps, { incident: name, actionClass: 'database-write', actor });

    expect(first).toEqual({ opened: ['database-write'], open: ['database-write'] });
    expect(second).toEqual({ opened: [], open: ['database-write'] });
  });

  it('names the classes there are to somebody who asks for another', async () => {
    const { deps } = await openDesk();
    const incident = await openByAlert(deps);

    await expect(
      openChecklist(deps, { incident, actionClass: 'telepathy', actor: person('U0SRE1') }),
    ).rejects.toThrow(/database-write/u);
  });
});

describe('pressing on a checklist', () => {
  it('counts the operator’s press, with its time', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    const by = press(name, 'external-api-call', 'U0PAY1');
    desk.clock.advance(MINUTE);

    const { first } = await finishStep(desk.deps, {
      ...by,
      stepId: 'take-the-key-away',
      substitute: false,
      evidence: ' https://tickets.example.com/1 ',
    });

    const checklist = await checklistOf(desk, name, 'external-api-call');
    expect(first).toBe(true);
    expect(checklist?.steps).toMatchObject([
      { doneBy: 'U0PAY1', doneAt: desk.deps.now(), evidence: 'https://tickets.example.com/1' },
    ]);
  });

  it('refuses everybody else, says who may, and writes the refusal down', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    const step = { stepId: 'take-the-key-away', substitute: false };

    const attempt = startStep(desk.deps, { ...press(name, 'external-api-call', 'U0SRE1'), ...step });

    await expect(attempt).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(attempt).rejects.toThrow(/payments-operator.*U0PAY1/u);
    const { history } = await readIncident(desk.deps.store, name);
    expect(history.at(-1)?.event).toMatchObject({
      type: 'press:refused',
      data: { what: 'step:start (external-api-call)', userId: 'U0SRE1' },
    });
    expect((await checklistOf(desk, name, 'external-api-call'))?.steps).toEqual([]);
  });

  it('takes a second press as the first one', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    const step = { ...press(name, 'external-api-call', 'U0PAY1'), stepId: 'reverse', substitute: false };

    const started = await Promise.all([startStep(desk.deps, step), startStep(desk.deps, step)]);
    await finishStep(desk.deps, { ...step, evidence: 'first' });
    const again = await finishStep(desk.deps, { ...step, evidence: 'second' });

    expect(started.filter(({ first }) => first)).toHaveLength(1);
    expect(again).toEqual({ first: false });
    expect((await checklistOf(desk, name, 'external-api-call'))?.steps[0]?.evidence).toBe('first');
  });

  it('asks for evidence before a step is done', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    const step = { ...press(name, 'external-api-call', 'U0PAY1'), stepId: 'reverse', substitute: false };

    await expect(finishStep(desk.deps, { ...step, evidence: '  ' })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  it('answers a press on a step or a class that is not there', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    const step = { stepId: 'no-such-step', substitute: false };

    await expect(
      startStep(desk.deps, { ...press(name, 'external-api-call', 'U0PAY1'), ...step }),
    ).rejects.toThrow(/take-the-key-away/u);
    await expect(
      startStep(desk.deps, { ...press(name, 'code-deployment', 'U0REL1'), ...step }),
    ).rejects.toThrow(/open: external-api-call/u);
  });

  it('counts a token by its roles and as the person it stands for', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    await addToken(desk, { id: 'T-1', person: 'U0PAY1' });
    const actor: Actor = { kind: 'token', id: 'T-1', roles: ['payments-operator'], via: 'cli' };
    const by = { incident: name, actionClass: 'external-api-call', userId: 'somebody', actor };

    await doAllSteps(desk.deps, by);

    const checklist = await checklistOf(desk, name, 'external-api-call');
    expect(new Set(checklist?.steps.map(({ doneBy }) => doneBy))).toEqual(new Set(['U0PAY1']));
    await expect(
      verifyChecklist(desk.deps, { ...press(name, 'external-api-call', 'U0PAY1'), evidence: 'sums' }),
    ).rejects.toMatchObject({ code: 'same-person' });
  });

  it('does not take a token that stands for nobody as one of two people', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    await addToken(desk, { id: 'T-2', person: null });
    const actor: Actor = { kind: 'token', id: 'T-2', roles: ['payments-operator'], via: 'cli' };

    await expect(
      finishStep(desk.deps, {
        incident: name,
        actionClass: 'external-api-call',
        stepId: 'reverse',
        substitute: false,
        evidence: 'done',
        userId: 'U0PAY2',
        actor,
      }),
    ).rejects.toMatchObject({ code: 'same-person' });
  });
});

async function addToken({ deps }: Desk, { id, person: who }: { id: string; person: string | null }) {
  await deps.store.transact((tx) =>
    tx.addToken({
      id,
      name: id,
      hash: id.padEnd(64, '0'),
      scopes: ['operate'],
      roles: ['payments-operator'],
      person: who,
      agentId: null,
      createdAt: deps.now(),
      revokedAt: null,
    }),
  );
}
