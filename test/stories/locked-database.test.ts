/** Another process holds the database (a backup, a curious administrator): people still get an answer in time. */
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aPayload } from '../../src/sandbox/demo/alert.js';
import { ask, makeToken } from '../support/bot-process.js';
import { startWorker } from '../support/guarded-worker.js';
import { holds, readJournal } from '../support/journal-reader.js';
import { withBot } from '../support/story-bot.js';

/** Slack's own limit. */
const IN_TIME_MS = 3_000;
const patience = { timeoutMs: 20_000, everyMs: 150 };

describe('the database is locked by another process', () => {
  const story = withBot();

  beforeAll(async () => {
    await ask(story.url, '/v1/alerts/alertmanager', { body: aPayload(new Date()) });
    await story.workspace.waitFor(async () => (await story.workspace.dms('U0OWNER1')).at(-1), patience);
    await story.workspace.waitFor(
      async () => (await story.workspace.channels()).find(({ name }) => name.startsWith('inc-')),
      patience,
    );
  });

  /** Takes the one lock for writing. */
  function lock(): () => void {
    const other = new Database(story.settings.databasePath);
    other.exec('begin immediate');
    let held = true;
    const release = (): void => {
      if (held) other.exec('rollback');
      if (held) other.close();
      held = false;
    };
    onTestFinished(release);
    return release;
  }

  it('a press is answered within three seconds, and its result follows when the lock is gone', async () => {
    const owner = story.workspace.person('U0OWNER1');
    const page = (await story.workspace.dms(owner.id)).at(-1);
    const release = lock();

    const pressed = page && (await owner.press(page, 'page:acknowledge'));
    await story.workspace.waitFor(() => story.workspace.ephemerals(owner.id).at(-1), { timeoutMs: 1_000 });

    expect(pressed).toMatchObject({ timedOut: false });
    expect(pressed?.elapsedMs).toBeLessThan(IN_TIME_MS);
    expect(story.workspace.ephemerals(owner.id).at(-1)?.text).toContain('Still working on it');

    release();
    const result = await story.workspace.waitFor(
      () => story.workspace.ephemerals(owner.id).find(({ text }) => text.includes('You are on')),
      patience,
    );
    const journal = await readJournal(story.url);
    expect(result.text).toContain('INC-1');
    expect(journal && holds(journal, 'page:acknowledged', { userId: owner.id })).toBe(true);
  });

  it('a halt stops agents at once, says that it is not written down, and is written when the lock is gone', async () => {
    const token = await makeToken(story.url, { scopes: ['guard'], agentId: 'billing-agent' });
    const job = { agentId: 'billing-agent', tool: 'stripe.refund', actionClass: 'external-api-call' };
    const worker = startWorker({ url: story.url, token, ...job });
    onTestFinished(() => worker.stop());
    await story.workspace.waitFor(() => worker.began.length > 0 || undefined, patience);
    const release = lock();

    const ordered = await story.workspace.person('U0SRE1').slash('/halt', 'all now');

    expect(ordered.timedOut).toBe(false);
    expect(ordered.elapsedMs).toBeLessThan(IN_TIME_MS);
    await story.workspace.waitFor(() => worker.halted[0], {
      timeoutMs: 1_000,
      what: 'a refusal by the order',
    });
    expect(ordered.ephemeral?.text).toContain('could not be written down');

    release();
    const recorded = await story.workspace.waitFor(
      async () => (await readJournal(story.url))?.incident.halts[0],
      patience,
    );
    expect(recorded.haltId).toBe('H-1');
    await story.workspace.waitFor(
      async () => (await readJournal(story.url))?.incident.halts[0]?.contained ?? undefined,
      patience,
    );
  });

  it('an alert that cannot be stored is refused, so that its sender sends it again', async () => {
    const release = lock();
    const body = { alerts: [{ id: 'late-1', startsAt: new Date().toISOString(), title: 'A late one' }] };

    const refused = await ask(story.url, '/v1/alerts/generic', { body });
    release();
    const taken = await ask(story.url, '/v1/alerts/generic', { body });

    expect(refused).toMatchObject({ status: 503 });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(taken).toMatchObject({ status: 200, json: { outcomes: [{ outcome: 'opened' }] } });
  });
});
