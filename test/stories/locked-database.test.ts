/** Another process holds the database (a backup, a curious administrator): people still get an answer in time. */
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aPayload } from '../../src/sandbox/demo/alert.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import {
  ask,
  botSettings,
  makeToken,
  startBotProcess,
  untilReady,
  type BotSettings,
} from '../support/bot-process.js';
import { startWorker } from '../support/guarded-worker.js';
import { holds, readJournal } from '../support/journal-reader.js';
import type { Running } from '../support/processes.js';
import { openStoryWorkspace } from '../support/story-workspace.js';

/** Slack's own limit. */
const IN_TIME_MS = 3_000;
const patience = { timeoutMs: 20_000, everyMs: 150 };

describe('the database is locked by another process', () => {
  let workspace: SandboxWorkspace;
  let settings: BotSettings;
  let bot: Running;

  beforeAll(async () => {
    workspace = await openStoryWorkspace();
    settings = await botSettings(workspace);
    bot = startBotProcess(settings);
    await untilReady(settings.url, bot);
    await ask(settings.url, '/v1/alerts/alertmanager', { body: aPayload(new Date()) });
    await workspace.waitFor(async () => (await workspace.dms('U0OWNER1')).at(-1), patience);
    await workspace.waitFor(
      async () => (await workspace.channels()).find(({ name }) => name.startsWith('inc-')),
      patience,
    );
  });

  afterAll(async () => {
    await bot.stop();
    await workspace.stop();
  });

  /** Takes the one lock for writing. */
  function lock(): () => void {
    const other = new Database(settings.databasePath);
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
    const owner = workspace.person('U0OWNER1');
    const page = (await workspace.dms(owner.id)).at(-1);
    const release = lock();

    const pressed = page && (await owner.press(page, 'page:acknowledge'));
    await workspace.waitFor(() => workspace.ephemerals(owner.id).at(-1), { timeoutMs: 1_000 });

    expect(pressed).toMatchObject({ timedOut: false });
    expect(pressed?.elapsedMs).toBeLessThan(IN_TIME_MS);
    expect(workspace.ephemerals(owner.id).at(-1)?.text).toContain('Still working on it');

    release();
    const result = await workspace.waitFor(
      () => workspace.ephemerals(owner.id).find(({ text }) => text.includes('You are on')),
      patience,
    );
    const journal = await readJournal(settings.url);
    expect(result.text).toContain('INC-1');
    expect(journal && holds(journal, 'page:acknowledged', { userId: owner.id })).toBe(true);
  });

  it('a halt stops agents at once, says that it is not written down, and is written when the lock is gone', async () => {
    const token = await makeToken(settings.url, { scopes: ['guard'], agentId: 'billing-agent' });
    const job = { agentId: 'billing-agent', tool: 'stripe.refund', actionClass: 'external-api-call' };
    const worker = startWorker({ url: settings.url, token, ...job });
    onTestFinished(() => worker.stop());
    await workspace.waitFor(() => worker.began.length > 0 || undefined, patience);
    const release = lock();

    const ordered = await workspace.person('U0SRE1').slash('/halt', 'all now');

    expect(ordered.timedOut).toBe(false);
    expect(ordered.elapsedMs).toBeLessThan(IN_TIME_MS);
    await workspace.waitFor(() => worker.halted[0], { timeoutMs: 1_000, what: 'a refusal by the order' });
    expect(ordered.ephemeral?.text).toContain('could not be written down');

    release();
    const recorded = await workspace.waitFor(
      async () => (await readJournal(settings.url))?.incident.halts[0],
      patience,
    );
    expect(recorded.haltId).toBe('H-1');
    await workspace.waitFor(
      async () => (await readJournal(settings.url))?.incident.halts[0]?.contained ?? undefined,
      patience,
    );
  });

  it('an alert that cannot be stored is refused, so that its sender sends it again', async () => {
    const release = lock();
    const body = { alerts: [{ id: 'late-1', startsAt: new Date().toISOString(), title: 'A late one' }] };

    const refused = await ask(settings.url, '/v1/alerts/generic', { body });
    release();
    const taken = await ask(settings.url, '/v1/alerts/generic', { body });

    expect(refused).toMatchObject({ status: 503 });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(taken).toMatchObject({ status: 200, json: { outcomes: [{ outcome: 'opened' }] } });
  });
});
