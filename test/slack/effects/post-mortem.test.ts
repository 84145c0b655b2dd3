import { describe, expect, it } from 'vitest';
import { describeIncident } from '../../../src/operations/incidents/describe-incident.js';
import type { Fault } from '../../../src/sandbox/slack/state/faults.js';
import type { SandboxOptions } from '../../../src/sandbox/slack/options.js';
import { openBot, openIncident, type Bot } from '../bot.js';

const KEY = 'post-mortem:INC-1';

/** An incident with the message that its post-mortem hangs from. */
async function aThread(options: Partial<SandboxOptions> = {}): Promise<Bot> {
  const bot = await openBot(options);
  const name = await openIncident(bot);
  await bot.deps.store.transact((tx) =>
    tx.touchSurface({ key: KEY, kind: 'post-mortem', lane: 'bulk', incident: name, target: 'incident' }),
  );
  await bot.show(KEY);
  return bot;
}

/** One attempt, as the outbox would make it. */
function post(bot: Bot, begun = false) {
  const effector = bot.effectors['post-mortem:post'];
  if (effector === undefined) throw new Error('nobody posts post-mortems');
  const row = {
    id: 1,
    key: 'post-mortem:post:INC-1',
    kind: 'post-mortem:post',
    lane: 'bulk',
    incident: 'INC-1',
  } as const;
  return effector({ ...row, attempts: 0, begun, payload: { incident: 'INC-1' } });
}

async function threadOf({ workspace, deps }: Bot) {
  const { channelId, ts } = (await deps.store.surface(KEY)) ?? {};
  return (await workspace.thread(channelId ?? '', ts ?? '')).slice(1);
}

describe('the post-mortem', () => {
  it('is a Markdown file in its thread, and the journal knows where', async () => {
    const bot = await aThread();

    const outcome = await post(bot);

    const [file] = await bot.workspace.files();
    const { postMortem, channelId } = await describeIncident(bot.deps, { incident: 'INC-1' });
    expect(outcome).toEqual({ kind: 'done' });
    expect(file).toMatchObject({ name: 'INC-1-post-mortem.md', channels: [channelId] });
    expect(file?.bytes.toString()).toContain('INC-1');
    expect(postMortem?.permalink).toMatch(/^http/);
    expect(await threadOf(bot)).toHaveLength(1);
  });

  it('waits until its thread is there', async () => {
    const bot = await openBot();
    await openIncident(bot);

    expect(await post(bot)).toMatchObject({ kind: 'retry', afterMs: 1_000 });
  });

  it.each<Fault>([
    { method: 'files.completeUploadExternal', kind: 'lost_reply', times: 1 },
    { method: 'files.completeUploadExternal', kind: 'http_500', times: 1 },
    { method: 'files.getUploadURLExternal', kind: 'lost_reply', times: 1 },
  ])('is one file through $kind of $method', async (fault) => {
    const bot = await aThread();
    bot.workspace.faults.add(fault);

    const first = await post(bot);
    const second = await post(bot, true);

    expect(first).toMatchObject({ kind: 'retry', began: true });
    expect(second).toEqual({ kind: 'done' });
    expect(await threadOf(bot)).toHaveLength(1);
  });

  it('stands as text where the workspace takes no files, once, and that is on record', async () => {
    const bot = await aThread({ refuse: { files: 'file_uploads_disabled' } });
    bot.workspace.faults.add({ method: 'chat.postMessage', kind: 'lost_reply', times: 1 });

    const first = await post(bot);
    const second = await post(bot, true);

    const texts = (await threadOf(bot)).map(({ text }) => text);
    const { degraded, postMortem } = await describeIncident(bot.deps, { incident: 'INC-1' });
    expect([first.kind, second.kind]).toEqual(['retry', 'done']);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts[0]).toMatch(/part 1 of \d+$/);
    expect(degraded).toMatchObject([{ part: 'post-mortem file', error: 'file_uploads_disabled' }]);
    expect(postMortem?.permalink).toMatch(/^http/);
  });

  it('is looked for in the thread where the workspace hides its files', async () => {
    const bot = await aThread({ refuse: { 'files.info': 'missing_scope' } });
    bot.workspace.faults.add({ method: 'files.completeUploadExternal', kind: 'lost_reply', times: 1 });

    await post(bot);
    await post(bot, true);

    expect(await threadOf(bot)).toHaveLength(1);
  });
});
