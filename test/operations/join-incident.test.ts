import { describe, expect, it } from 'vitest';
import { escalatePages } from '../../src/operations/paging/escalate-pages.js';
import { changeSeverity } from '../../src/operations/incidents/change-severity.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { takeAlert } from '../../src/operations/alerts/take-alert.js';
import { ALERTMANAGER, anAlert, MINUTE, openDesk, person, takeEffects } from '../support/desk.js';

async function openThenJoin(agentId: string) {
  const desk = await openDesk();
  const alerts = [
    anAlert({ agentId, dedupKey: 'first', tripwire: 'cost-rate' }),
    anAlert({ agentId, dedupKey: 'second', tripwire: 'authorisation' }),
  ];
  await takeAlert(desk.deps, { alerts, actor: ALERTMANAGER });
  return desk;
}

describe('an alert of another tripwire for an agent with an open incident', () => {
  it('wakes the first role of its own route, in the same incident', async () => {
    const { deps } = await openThenJoin('billing-agent');

    const { incident } = await readIncident(deps.store, 'INC-1');

    expect(incident.pages.map(({ role, attempt }) => [role, attempt])).toEqual([
      ['agent-owner', 1],
      ['security-on-call', 2],
    ]);
  });

  it('raises the severity when it is worse, and says why', async () => {
    const { deps } = await openThenJoin('catalogue-agent');

    const { incident, history } = await readIncident(deps.store, 'INC-1');

    expect(incident.severity).toBe('sev1');
    expect(history.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({
        type: 'severity:changed',
        data: { from: 'sev2', to: 'sev1' },
        private: { text: 'an alert of the tripwire authorisation joined' },
      }),
    );
  });

  it('pages a role once, however many of its alerts join', async () => {
    const { deps } = await openThenJoin('billing-agent');

    const third = anAlert({ agentId: 'billing-agent', dedupKey: 'third', tripwire: 'authorisation' });
    await takeAlert(deps, { alerts: [third], actor: ALERTMANAGER });

    const { incident } = await readIncident(deps.store, 'INC-1');
    expect(incident.pages).toHaveLength(2);
  });

  it('leaves the escalation of the first route complete: no role of it is skipped', async () => {
    const { deps, clock } = await openThenJoin('billing-agent');

    clock.advance(6 * MINUTE);
    await escalatePages(deps);

    const { incident } = await readIncident(deps.store, 'INC-1');
    expect(incident.pages.at(-1)?.role).toBe('on-call-sre');
  });
});

describe('an alert that says how bad it is', () => {
  it('raises the incident that it joins, and never lowers it', async () => {
    const { deps } = await openDesk();
    const take = (dedupKey: string, severity: 'sev1' | 'sev2' | 'sev3') =>
      takeAlert(deps, {
        alerts: [anAlert({ agentId: 'catalogue-agent', dedupKey, severity })],
        actor: ALERTMANAGER,
      });
    const severity = async () => (await readIncident(deps.store, 'INC-1')).incident.severity;
    await take('first', 'sev3');
    const before = await severity();

    await take('second', 'sev1');
    const raised = await severity();
    await take('third', 'sev2');

    expect([before, raised, await severity()]).toEqual(['sev2', 'sev1', 'sev1']);
  });

  it('raises it also where a warning has become critical, once', async () => {
    const { deps } = await openDesk();
    const take = (severity: 'sev1' | 'sev3') =>
      takeAlert(deps, { alerts: [anAlert({ agentId: 'catalogue-agent', severity })], actor: ALERTMANAGER });
    await take('sev3');

    for (const each of ['sev3', 'sev1', 'sev1', 'sev3', 'sev1'] as const) await take(each);

    const { incident, history } = await readIncident(deps.store, 'INC-1');
    expect(incident.severity).toBe('sev1');
    expect(history.filter(({ event }) => event.type === 'severity:changed')).toHaveLength(1);
  });

  it('says in the channel topic what it was raised to, and in the journal that it came again', async () => {
    const { deps } = await openDesk();
    const take = (severity: 'sev1' | 'sev3') =>
      takeAlert(deps, { alerts: [anAlert({ agentId: 'catalogue-agent', severity })], actor: ALERTMANAGER });
    await take('sev3');
    await takeEffects(deps);

    await take('sev1');

    const { history } = await readIncident(deps.store, 'INC-1');
    expect(
      history.flatMap(({ event }) => (event.type === 'severity:changed' ? [event.private] : [])),
    ).toEqual([{ text: 'an alert of the tripwire cost-rate came again' }]);
    expect((await takeEffects(deps)).map(({ kind }) => kind)).toContain('channel:topic');
  });

  it('leaves it where a person has lowered it, unless it says worse than all before', async () => {
    const { deps } = await openDesk();
    const take = (dedupKey: string, severity: 'sev1' | 'sev2') =>
      takeAlert(deps, {
        alerts: [anAlert({ agentId: 'catalogue-agent', dedupKey, severity })],
        actor: ALERTMANAGER,
      });
    const severity = async () => (await readIncident(deps.store, 'INC-1')).incident.severity;
    await take('first', 'sev2');
    await changeSeverity(deps, {
      incident: 'INC-1',
      to: 'sev3',
      why: 'a test account',
      actor: person('U0SRE1'),
    });

    await take('second', 'sev2');
    const lowered = await severity();
    await take('third', 'sev1');

    expect([lowered, await severity()]).toEqual(['sev3', 'sev1']);
  });
});
