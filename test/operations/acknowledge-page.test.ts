import { describe, expect, it } from 'vitest';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { surfacePosted } from '../../src/operations/outbox/surface-posted.js';
import { MINUTE, openByAlert, openDesk, person, START, surfaceNamed, takeEffects } from '../support/desk.js';

function press(incident: string, userId: string) {
  return { incident, userId, actor: person(userId) };
}

describe('acknowledging a page', () => {
  it('completes the detection chain with the first press', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    clock.advance(2 * MINUTE);

    const answer = await acknowledgePage(deps, press(name, 'U0OWNER1'));

    const { incident } = await readIncident(deps.store, name);
    expect(answer).toEqual({ first: true, by: 'U0OWNER1', at: '2026-11-20T03:14:00.000Z', incident: name });
    expect(incident.chain.acknowledgement?.at).toBe('2026-11-20T03:14:00.000Z');
    expect(incident.status).toBe('acknowledged');
  });

  it('tells a later presser who was first, and when', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    await acknowledgePage(deps, press(name, 'U0OWNER1'));
    clock.advance(MINUTE);

    const answer = await acknowledgePage(deps, press(name, 'U0SRE1'));

    expect(answer).toEqual({ first: false, by: 'U0OWNER1', at: START, incident: name });
  });

  it('has one first press when two people press at the same moment', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    const answers = await Promise.all(
      ['U0OWNER1', 'U0SRE1'].map((user) => acknowledgePage(deps, press(name, user))),
    );

    const { history } = await readIncident(deps.store, name);
    expect(answers.filter(({ first }) => first)).toHaveLength(1);
    expect(history.filter(({ event }) => event.type === 'page:acknowledged')).toHaveLength(1);
  });

  it('counts before it is known that the message was sent', async () => {
    const { deps, clock } = await openDesk();
    const name = await openByAlert(deps);
    const [page] = (await readIncident(deps.store, name)).incident.pages;
    clock.advance(3000);

    await acknowledgePage(deps, press(name, 'U0OWNER1'));
    clock.advance(5000);
    const surface = await surfaceNamed(deps, `page:${name}:${page?.pageId}:U0OWNER1`);
    await surfacePosted(deps, { surface, at: '2026-11-20T03:12:01.000Z' });

    const { incident } = await readIncident(deps.store, name);
    expect(incident.chain.page?.at).toBe('2026-11-20T03:12:01.000Z');
    expect(incident.chain.acknowledgement?.at).toBe('2026-11-20T03:12:03.000Z');
  });

  it('may be pressed by anybody, and brings them into the channel', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    const answer = await acknowledgePage(deps, press(name, 'U0PASSERBY'));

    expect((await takeEffects(deps)).at(-1)).toMatchObject({
      kind: 'channel:invite',
      payload: { incident: name, users: ['U0PASSERBY'] },
    });
    expect(answer.first).toBe(true);
  });

  it('says how incidents are named when there is none of that name', async () => {
    const { deps } = await openDesk();

    await expect(acknowledgePage(deps, press('seven', 'U0SRE1'))).rejects.toThrow('they look like INC-7');
  });
});
