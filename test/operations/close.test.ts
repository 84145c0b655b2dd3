import { describe, expect, it } from 'vitest';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { addNote } from '../../src/operations/incidents/add-note.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { readPostMortem } from '../../src/operations/post-mortem/read-post-mortem.js';
import { MINUTE, openByAlert, openDesk, person, surfaceNamed } from '../support/desk.js';
import { closing, containedIncident, finishedIncident, rollBackAll } from '../support/rollback.js';

describe('the closing gate', () => {
  it('lists what is missing, who can do it and how', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);

    const attempt = closeIncident(desk.deps, closing(name));

    await expect(attempt).rejects.toMatchObject({ code: 'gate-closed' });
    await expect(attempt).rejects.toThrow(/rollback of external-api-call.*payments-operator/su);
    await expect(attempt).rejects.toThrow(/halt lift H-1/u);
    expect((await readIncident(desk.deps.store, name)).incident.closedAt).toBeNull();
  });

  it('lets a false alarm be closed by its acknowledgement alone', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(closeIncident(deps, closing(name))).rejects.toThrow(/acknowledged/u);
    await acknowledgePage(deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });

    expect(await closeIncident(deps, closing(name, 'a test of the billing team'))).toMatchObject({
      first: true,
    });
  });

  it('leaves a halt standing only with a reason', async () => {
    const desk = await openDesk();
    const { name } = await containedIncident(desk);
    await rollBackAll(desk.deps, name);

    await expect(closeIncident(desk.deps, closing(name, '  '))).rejects.toThrow(
      /reason to leave it standing/u,
    );
    await closeIncident(desk.deps, closing(name, 'the agent is being retired'));

    const { markdown } = await readPostMortem(desk.deps, { incident: name });
    expect(markdown).toContain('H-1 **still stands**');
    expect(markdown).toContain('the agent is being retired');
  });

  it('refuses a passer-by, and writes it down', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);

    await expect(closeIncident(desk.deps, closing(name, '', 'U0PASSERBY'))).rejects.toMatchObject({
      code: 'not-allowed',
    });

    const { history } = await readIncident(desk.deps.store, name);
    expect(history.at(-1)?.event).toMatchObject({ type: 'press:refused', data: { what: 'incident:close' } });
  });
});

describe('closing', () => {
  it('closes, drafts and asks for the posting in one go', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);

    const { draftDigest, first } = await closeIncident(desk.deps, closing(name));

    const { incident } = await readIncident(desk.deps.store, name);
    expect(first).toBe(true);
    expect(incident).toMatchObject({ status: 'closed', postMortem: { digest: draftDigest } });
    expect(await desk.deps.store.incidents({ open: true, limit: 10 })).toEqual([]);
    expect(await surfaceNamed(desk.deps, `post-mortem:${name}`)).toMatchObject({ target: 'incident' });
    expect(await surfaceNamed(desk.deps, `post-mortem-summary:${name}`)).toMatchObject({
      threadOf: `post-mortem:${name}`,
    });
    expect(await desk.deps.store.verify()).toMatchObject({ broken: null });
  });

  it('answers a second press with the draft there is', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);

    const presses = await Promise.all([
      closeIncident(desk.deps, closing(name)),
      closeIncident(desk.deps, closing(name)),
    ]);

    expect(presses.filter(({ first }) => first)).toHaveLength(1);
    expect(new Set(presses.map(({ draftDigest }) => draftDigest)).size).toBe(1);
  });

  it('gives the same bytes later, whatever was added and however the runbooks were changed', async () => {
    const desk = await openDesk();
    const name = await finishedIncident(desk);
    const { draftDigest } = await closeIncident(desk.deps, closing(name));
    const then = await readPostMortem(desk.deps, { incident: name });
    desk.clock.advance(MINUTE);
    await addNote(desk.deps, {
      incident: name,
      text: 'a customer called',
      by: 'U0SRE1',
      originalAt: desk.deps.now(),
      permalink: null,
      ts: null,
      how: 'command',
      actor: person('U0SRE1'),
    });
    const emptied = {
      ...desk.deps.registry,
      hash: 'f'.repeat(64),
      agents: new Map(),
      actionClasses: new Map(),
    };

    const later = await readPostMortem({ ...desk.deps, registry: emptied }, { incident: name });

    expect(later.markdown).toBe(then.markdown);
    expect(later.digest).toBe(draftDigest);
    expect(later.asDrafted).toBe(true);
  });
});
