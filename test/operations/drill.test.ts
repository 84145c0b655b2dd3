import { describe, expect, it } from 'vitest';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { confirmHarm } from '../../src/operations/halting/confirm-harm.js';
import { listDrills } from '../../src/operations/drills/list-drills.js';
import { openChecklist } from '../../src/operations/rollback/open-checklist.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { readPostMortem } from '../../src/operations/post-mortem/read-post-mortem.js';
import { remindDrill } from '../../src/operations/drills/remind-drill.js';
import { scoreDrill } from '../../src/operations/drills/score-drill.js';
import { startDrill } from '../../src/operations/drills/start-drill.js';
import { verifyChecklist } from '../../src/operations/rollback/verify-checklist.js';
import { openByAlert, openDesk, person, START, surfaceNamed, type Desk } from '../support/desk.js';
import { doAllSteps, press } from '../support/rollback.js';

const DRILL = 'invented-refunds';
const starting = { drillId: DRILL, userId: 'U0SRE1', actor: person('U0SRE1') };

async function playedDrill({ deps, clock }: Desk): Promise<string> {
  const { incident } = await startDrill(deps, starting);
  clock.advance(20_000);
  await acknowledgePage(deps, { incident, userId: 'U0SRE1', actor: person('U0SRE1') });
  await confirmHarm(deps, { incident, actor: person('U0SRE1') });
  clock.advance(12_000);
  await orderHalt(deps, {
    scope: { kind: 'all' },
    mode: 'deny',
    reason: 'drill',
    incident,
    originChannel: null,
    actor: person('U0SRE1'),
  });
  await openChecklist(deps, { incident, actionClass: 'external-api-call', actor: person('U0SRE1') });
  return incident;
}

describe('a drill', () => {
  it('is an incident marked as such, and pages only who started it', async () => {
    const { deps } = await openDesk();

    const { incident: name } = await startDrill(deps, starting);

    const { incident } = await readIncident(deps.store, name);
    expect(incident).toMatchObject({ name: 'DRILL-1', kind: 'drill', drillId: DRILL, openedAt: START });
    expect(incident.channelName).toMatch(/^drill-1-/u);
    expect(incident.pages.flatMap(({ users }) => users)).toEqual(['U0SRE1']);
  });

  it('opens once, however often the button is pressed', async () => {
    const { deps } = await openDesk();

    const [first, second] = await Promise.all([startDrill(deps, starting), startDrill(deps, starting)]);

    expect(first?.incident).toBe(second?.incident);
    expect(first?.existed).not.toBe(second?.existed);
  });

  it('runs beside a real incident of the same agent', async () => {
    const { deps } = await openDesk();
    await openByAlert(deps);

    expect((await startDrill(deps, starting)).incident).toBe('DRILL-1');
  });

  it('is refused to whoever may not start one, and an unknown one names those there are', async () => {
    const { deps } = await openDesk();

    await expect(
      startDrill(deps, { ...starting, userId: 'U0X', actor: person('U0X') }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(startDrill(deps, { ...starting, drillId: 'nothing' })).rejects.toThrow(/invented-refunds/u);
  });

  it('lets whoever is there practise a checklist, and one person verify it', async () => {
    const desk = await openDesk();
    const name = await playedDrill(desk);
    const by = press(name, 'external-api-call', 'U0GUEST1');

    await doAllSteps(desk.deps, by);
    await verifyChecklist(desk.deps, { ...by, evidence: 'the sums agree' });

    expect((await readIncident(desk.deps.store, name)).incident.status).toBe('recovered');
  });

  it('scores what was measured against the targets, and nothing else', async () => {
    const desk = await openDesk();
    const name = await playedDrill(desk);

    const { lines } = await scoreDrill(desk.deps, { incident: name });

    const line = (what: string) => lines.find((each) => each.what.startsWith(what));
    expect(line('MTTD-for-Agents')).toMatchObject({ met: null, figure: 'unknown' });
    expect(line('Confirmed harm')).toMatchObject({ met: true, figure: '12 s' });
    expect(line('Rollback steps')).toMatchObject({ met: false, figure: expect.stringMatching(/^0 %/u) });
    expect(line('Time budgets')).toMatchObject({ met: null });
  });

  it('has no score when it is real', async () => {
    const { deps } = await openDesk();
    const incident = await openByAlert(deps);

    await expect(scoreDrill(deps, { incident })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('closes without proof that somebody was stopped, and its post-mortem says that it was a drill', async () => {
    const desk = await openDesk();
    const name = await playedDrill(desk);
    const by = press(name, 'external-api-call', 'U0SRE1');
    await doAllSteps(desk.deps, by);
    await verifyChecklist(desk.deps, { ...by, evidence: 'the sums agree' });

    await closeIncident(desk.deps, { incident: name, userId: 'U0IC1', why: '', actor: person('U0IC1') });

    const { markdown } = await readPostMortem(desk.deps, { incident: name });
    expect(markdown).toMatch(/^# DRILL · Post-mortem of DRILL-1/u);
    expect(markdown).toContain('**This was a drill.**');
    expect(markdown).toContain('A rehearsal: every enforcement point heard of it, and nothing was denied.');
    expect(markdown).not.toContain('still stands');
  });
});

describe('the calendar of drills', () => {
  it('reminds once a period in the drill’s channel', async () => {
    const { deps } = await openDesk();

    await Promise.all([1, 2, 3].map(() => remindDrill(deps, { drillId: DRILL, bucket: '2026-Q4' })));

    expect(await surfaceNamed(deps, `drill-reminder:${DRILL}:2026-Q4`)).toMatchObject({
      kind: 'drill-reminder',
      target: 'agent-incidents',
      wantedVersion: 1,
    });
  });

  it('lists each drill with its last run', async () => {
    const { deps } = await openDesk();
    await startDrill(deps, starting);

    const drills = await listDrills(deps);

    expect(drills.find(({ id }) => id === DRILL)?.lastRunAt).toBe(START);
    expect(drills.filter(({ lastRunAt }) => lastRunAt === null)).toHaveLength(deps.registry.drills.size - 1);
  });
});
