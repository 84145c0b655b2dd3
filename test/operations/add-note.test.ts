import { describe, expect, it } from 'vitest';
import { addNote, type AddNote } from '../../src/operations/incidents/add-note.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { openByAlert, openDesk, person } from '../support/desk.js';

function aPinnedMessage(incident: string, change: Partial<AddNote> = {}): AddNote {
  return {
    incident,
    text: 'the refund queue has stopped growing',
    by: 'U0OWNER1',
    originalAt: '2026-11-20T03:05:00.000Z',
    permalink: 'https://example.slack.com/archives/C1/p1',
    ts: '1795143900.000100',
    how: 'reaction',
    actor: person('U0SRE1'),
    ...change,
  };
}

describe('a note on the timeline', () => {
  it('keeps the original time, author and permalink of a pinned message', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    const answer = await addNote(deps, aPinnedMessage(name));

    const { incident, history } = await readIncident(deps.store, name);
    expect(answer).toEqual({ added: true });
    expect(incident.notes).toEqual([
      {
        by: 'U0OWNER1',
        text: 'the refund queue has stopped growing',
        originalAt: '2026-11-20T03:05:00.000Z',
        permalink: 'https://example.slack.com/archives/C1/p1',
      },
    ]);
    expect(history.at(-1)).toMatchObject({ actorId: 'U0SRE1', occurredAt: '2026-11-20T03:05:00.000Z' });
  });

  it('is one note when two people pin the same message', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    const answers = await Promise.all([
      addNote(deps, aPinnedMessage(name)),
      addNote(deps, aPinnedMessage(name, { actor: person('U0SRE2') })),
    ]);

    expect(answers.filter(({ added }) => added)).toHaveLength(1);
    expect((await readIncident(deps.store, name)).incident.notes).toHaveLength(1);
  });

  it('is one note when the same command is delivered twice, and two when it is typed again later', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);
    const typed = aPinnedMessage(name, { ts: null, permalink: null, how: 'command' });

    await addNote(deps, typed);
    const again = await addNote(deps, typed);
    const later = await addNote(deps, { ...typed, originalAt: '2026-11-20T03:09:00.000Z' });

    expect([again.added, later.added]).toEqual([false, true]);
  });

  it('stays out of the public body of the journal', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await addNote(deps, aPinnedMessage(name, { text: 'Jane Roe, card 4111' }));

    const [entry] = (await deps.store.readStream(name)).slice(-1);
    expect(JSON.stringify(entry?.data)).not.toContain('Jane Roe');
    expect(entry?.private).toEqual({ text: 'Jane Roe, card 4111' });
  });

  it('needs some text', async () => {
    const { deps } = await openDesk();
    const name = await openByAlert(deps);

    await expect(addNote(deps, aPinnedMessage(name, { text: ' ' }))).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
