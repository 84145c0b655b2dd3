/** What was answered 200 is there after `kill -9`: taken, or held by a paused source and taken once it is resumed. */
import { createHmac } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { ask, botSettings, startBotProcess, untilReady } from '../support/bot-process.js';
import { startCli } from '../support/processes.js';
import { openStoryWorkspace } from '../support/story-workspace.js';

const SECRET = 'client-secret';

async function postSigned(url: string, number: number): Promise<number> {
  const event = {
    issue_id: String(number),
    datetime: '2026-11-20T03:10:44.396000Z',
    title: `alert ${number}`,
    tags: [['agent', `agent-${number}`]],
  };
  const body = JSON.stringify({ action: 'triggered', data: { event }, installation: { uuid: '1' } });
  const response = await fetch(`${url}/v1/alerts/sentry`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'sentry-hook-resource': 'event_alert',
      'sentry-hook-signature': createHmac('sha256', SECRET).update(body).digest('hex'),
    },
  });
  return response.status;
}

it('loses no alert, whether its source was paused or not', async () => {
  const workspace = await openStoryWorkspace();
  onTestFinished(() => workspace.stop());
  const settings = await botSettings(workspace, { HALTLINE_SOURCE_SENTRY_SECRETS: SECRET });
  const { url, environment } = settings;
  const cli = async (...words: string[]): Promise<string> => {
    const running = startCli(words, { ...environment, HALTLINE_URL: url });
    expect(await running.ended).toBe(0);
    return running.said();
  };
  const incidents = async (): Promise<unknown[]> => {
    const { json } = await ask(url, '/v1/incidents?limit=50');
    return (json as { incidents: unknown[] }).incidents;
  };
  let bot = startBotProcess(settings);
  onTestFinished(() => bot.stop('SIGKILL'));
  await untilReady(url, bot);

  const taken = [await postSigned(url, 1)];
  await cli('source', 'pause', 'sentry', '--reason', 'a deploy');
  const held = await Promise.all([2, 3, 4, 5].map((number) => postSigned(url, number)));
  await bot.stop('SIGKILL');
  bot = startBotProcess(settings);
  await untilReady(url, bot);
  const listed = await cli('source', 'list');
  const before = await incidents();
  await cli('source', 'resume', 'sentry');
  await workspace.waitFor(async () => (await incidents()).length === 5 || undefined, { timeoutMs: 20_000 });

  expect([...taken, ...held]).toEqual([200, 200, 200, 200, 200]);
  expect(listed).toMatch(/sentry {2}\(sentry\) {2}PAUSED .* a deploy {2}4 posts wait/);
  expect(before).toHaveLength(1);
  expect((await cli('source', 'list')).match(/posts wait/)).toBeNull();
}, 90_000);
