import { describe, expect, it } from 'vitest';
import { declareIncident, type Declaration } from '../../src/operations/incidents/declare-incident.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { openByAlert, openDesk, person } from '../support/desk.js';

function aDeclaration(change: Partial<Declaration> = {}): Declaration {
  return {
    agentId: 'billing-agent',
    title: 'A customer was refunded eleven times',
    summary: 'ticket 4711',
    surfaced: 'complaint',
    surfacedAt: '2026-11-19T22:00:00+01:00',
    userId: 'U0PASSERBY',
    actor: person('U0PASSERBY'),
    ...change,
  };
}

describe('declaring an incident that no tripwire saw', () => {
  it('opens one whose chain starts when the harm surfaced, in UTC', async () => {
    const { deps } = await openDesk();

    const { incident: name, existed } = await declareIncident(deps, aDeclaration());

    const { incident } = await readIncident(deps.store, name);
    expect(existed).toBe(false);
    expect(incident.chain.action?.at).toBe('2026-11-19T21:00:00.000Z');
    expect(incident.tripwire).toBeNull();
    expect(incident.title).toBe('A customer was refunded eleven times');
  });

  it('pages the route for declared incidents', async () => {
    const { deps } = await openDesk();

    const { incident: name } = await declareIncident(deps, aDeclaration());

    const { incident } = await readIncident(deps.store, name);
    expect(incident.pages[0]?.role).toBe(deps.registry.routes.get('declared')?.roles[0]);
  });

  it('becomes a note on the incident that is open for the agent: nothing is lost', async () => {
    const { deps } = await openDesk();
    const open = await openByAlert(deps);

    const answer = await declareIncident(deps, aDeclaration());

    const { incident } = await readIncident(deps.store, open);
    expect(answer).toEqual({ incident: open, existed: true });
    expect(incident.notes).toEqual([
      {
        by: 'U0PASSERBY',
        text: 'Declared again (complaint): A customer was refunded eleven times\nticket 4711',
        originalAt: '2026-11-19T21:00:00.000Z',
        permalink: null,
      },
    ]);
  });

  it('makes one incident of two declarations for the same agent at the same moment', async () => {
    const { deps } = await openDesk();

    const answers = await Promise.all([
      declareIncident(deps, aDeclaration()),
      declareIncident(deps, aDeclaration()),
    ]);

    expect(new Set(answers.map(({ incident }) => incident)).size).toBe(1);
    expect(answers.filter(({ existed }) => existed)).toHaveLength(1);
  });

  it('keeps the name of an agent that nobody registered, and joins the next declaration to it', async () => {
    const { deps } = await openDesk();

    const first = await declareIncident(deps, aDeclaration({ agentId: 'shadow-bot' }));
    const second = await declareIncident(deps, aDeclaration({ agentId: 'shadow-bot' }));

    const { incident } = await readIncident(deps.store, first.incident);
    expect(incident).toMatchObject({ agentId: null, agentLabel: 'shadow-bot', severity: 'sev1' });
    expect(second).toEqual({ incident: first.incident, existed: true });
  });

  it('opens one of its own each time nobody knows which agent it was', async () => {
    const { deps } = await openDesk();

    const first = await declareIncident(deps, aDeclaration({ agentId: null }));
    const second = await declareIncident(deps, aDeclaration({ agentId: null }));

    expect(first.incident).not.toBe(second.incident);
  });

  it.each([
    ['2026-11-20T03:12:01Z', 'lies in the future'],
    ['yesterday evening', 'must be a time with its zone'],
    ['2026-02-31T10:00:00Z', 'must be a time with its zone'],
    ['', 'must be a time with its zone'],
  ])('refuses %j as the time it came to light', async (surfacedAt, sentence) => {
    const { deps } = await openDesk();

    await expect(declareIncident(deps, aDeclaration({ surfacedAt }))).rejects.toThrow(sentence);
  });

  it('asks for a title', async () => {
    const { deps } = await openDesk();

    await expect(declareIncident(deps, aDeclaration({ title: '  ' }))).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
