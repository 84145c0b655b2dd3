import { describe, expect, it } from 'vitest';
import { finishStep } from '../../src/operations/rollback/finish-step.js';
import { openChecklist } from '../../src/operations/rollback/open-checklist.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { warnBudgets } from '../../src/operations/rollback/warn-budgets.js';
import { MINUTE, openByAlert, openDesk, person } from '../support/desk.js';
import { checklistOf, containedIncident, press, rollBackAll } from '../support/rollback.js';

describe('time budgets', () => {
  it('warn at half, four fifths and all of the time, once each', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    const percents: number[] = [];
    for (const hours of [11, 1.1, 0.1, 8, 4, 1]) {
      desk.clock.advance(hours * 60 * MINUTE);
      percents.push(await warnBudgets(desk.deps), await warnBudgets(desk.deps));
    }

    const { history } = await readIncident(desk.deps.store, name);
    const given = history.flatMap(({ event }) =>
      event.type === 'budget:warned' ? [event.data.percent] : [],
    );
    expect(given).toEqual([50, 80, 100]);
    const posted = (await desk.deps.store.surfacesOf(name)).filter(({ kind }) => kind === 'budget-warning');
    expect(posted.map(({ key, threadOf }) => [key.split(':').at(-1), threadOf])).toEqual([
      ['50', `checklist:${name}:external-api-call`],
      ['80', `checklist:${name}:external-api-call`],
      ['100', `checklist:${name}:external-api-call`],
    ]);
    expect(percents.filter((count) => count > 0)).toEqual([1, 1, 1]);
  });

  it('give only the highest mark after nobody has looked for long', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    desk.clock.advance(30 * 60 * MINUTE);

    await warnBudgets(desk.deps);

    expect((await checklistOf(desk, name, 'external-api-call'))?.warned).toEqual({ 'calls-reversed': 100 });
  });

  it('stop with the step that they are about', async () => {
    const desk = await openDesk();
    const name = await openByAlert(desk.deps);
    await openChecklist(desk.deps, {
      incident: name,
      actionClass: 'code-deployment',
      actor: person('U0SRE1'),
    });
    await containedIncident(desk, { dedupKey: 'cost-rate/billing-agent' });
    const by = press(name, 'code-deployment', 'U0REL1');
    await finishStep(desk.deps, { ...by, stepId: 'revert', substitute: false, evidence: 'abc123' });
    desk.clock.advance(60 * MINUTE);

    await warnBudgets(desk.deps);

    expect((await checklistOf(desk, name, 'code-deployment'))?.warned).toEqual({});
  });

  it('stand still before containment and after the verification', async () => {
    const desk = await openDesk();
    const waiting = await openByAlert(desk.deps, {
      agentId: 'platform-agent',
      dedupKey: 'other',
      tool: null,
    });
    await openChecklist(desk.deps, {
      incident: waiting,
      actionClass: 'database-write',
      actor: person('U0SRE1'),
    });
    const { name } = await containedIncident(desk);
    await rollBackAll(desk.deps, name);
    desk.clock.advance(400 * 60 * MINUTE);

    expect(await warnBudgets(desk.deps)).toBe(0);
  });
});
