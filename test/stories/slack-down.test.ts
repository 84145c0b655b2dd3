/** Slack is away: agents are stopped all the same, nothing is lost, and Slack is told the true times afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aPayload } from '../../src/sandbox/demo/alert.js';
import type { Message } from '../../src/sandbox/slack/reads.js';
import { startAgentProcesses, type AgentProcess } from '../support/agent-processes.js';
import {
  ask,
  BOT_TOKEN,
  botSettings,
  makeToken,
  startBotProcess,
  untilReady,
} from '../support/bot-process.js';
import { startWorker } from '../support/guarded-worker.js';
import { readJournal, type Journal } from '../support/journal-reader.js';
import { startCli, type Running } from '../support/processes.js';
import { withBot } from '../support/story-bot.js';
import { allMessages, messageWithButton, openStoryWorkspace } from '../support/story-workspace.js';

/** A try at Slack may be ten seconds away when it comes back. */
const patience = { timeoutMs: 120_000, everyMs: 150 };
const TEST_MS = 240_000;
/** Long enough for each agent to try dozens of times. */
const WATCHED_MS = 1_500;

describe('Slack refuses every call', () => {
  const story = withBot();
  let agents: readonly AgentProcess[];
  let cli: Running;
  let journal: Journal;
  const cause = new Date(Date.now() - 60_000);

  beforeAll(async () => {
    const { workspace, url } = story;
    agents = await startAgentProcesses(url);
    await workspace.waitFor(() => agents.every((agent) => agent.began().length > 2) || undefined, patience);
    const outage = workspace.faults.downEverything();

    await ask(url, '/v1/alerts/alertmanager', { body: aPayload(cause) });
    const environment = { HALTLINE_URL: url, HALTLINE_TOKEN: BOT_TOKEN };
    cli = startCli(['halt', 'all', '--reason', 'test', '--incident', 'INC-1'], environment);
    await cli.ended;
    await sleep(WATCHED_MS);
    journal = (await readJournal(url)) ?? never();
    outage.clear();
  }, TEST_MS);

  afterAll(async () => void (await Promise.all(agents.map((agent) => agent.stop()))));

  it('pitfall 29: haltline halt all says that everything is contained, and ends with 0', async () => {
    expect(cli.said()).toMatch(/H-1 contained at 4 of 4 enforcement points in [\d.]+ s/);
    expect(await cli.ended).toBe(0);
  });

  it('no action of any agent begins after that was said', () => {
    const saidAt = cli.lines.find(({ text }) => text.includes('contained at'))?.at ?? 0;

    const late = agents.map((agent) => agent.began().filter((at) => at > saidAt).length);

    expect(saidAt).toBeGreaterThan(0);
    expect(late).toEqual([0, 0, 0, 0]);
  });

  it('every agent is alive and being refused', () => {
    expect(agents.filter((agent) => agent.refusals() > 2).map(({ agentId }) => agentId)).toEqual(
      agents.map(({ agentId }) => agentId),
    );
  });

  it('Slack saw nothing of it at the time', async () => {
    const incident = journal.entries.find(({ type }) => type === 'channel:created');

    expect(incident).toBeUndefined();
    expect(journal.incident.halts[0]?.contained).not.toBeNull();
  });

  it(
    'when Slack is back, the channel and the card appear with the times at which it happened',
    async () => {
      const { workspace } = story;
      const channel = await workspace.waitFor(
        async () => (await workspace.channels()).find(({ name }) => name.startsWith('inc-1')),
        patience,
      );
      const card = await workspace.waitFor(
        () => messageWithButton(workspace, channel.id, 'harm:confirm'),
        patience,
      );
      const board = await workspace.waitFor(
        async () => (await allMessages(workspace)).find(({ text }) => text.startsWith('H-1')),
        patience,
      );

      const { trigger } = journal.incident.chain;
      const order = journal.incident.halts[0];
      expect(trigger?.at).toBe(cause.toISOString());
      expect(shownTimes(card)).toContain(unixSeconds(cause.toISOString()));
      expect(shownTimes(board)).toContain(unixSeconds(String(order?.['at'])));
      expect(board.text).toMatch(/Contained at 4 of 4/);
    },
    TEST_MS,
  );

  it(
    'when Slack is back, the page goes out and can be acknowledged',
    async () => {
      const { workspace, url } = story;
      const owner = workspace.person('U0OWNER1');
      const page = await workspace.waitFor(async () => (await workspace.dms(owner.id)).at(-1), patience);
      await workspace.waitFor(() => workspace.socketConnections() > 0 || undefined, patience);

      const outcome = await owner.press(page, 'page:acknowledge');

      expect(outcome).toMatchObject({ timedOut: false });
      expect((await readJournal(url))?.incident.chain.acknowledgement).not.toBeNull();
      expect((await readJournal(url))?.incident.chain.trigger).toEqual(journal.incident.chain.trigger);
    },
    TEST_MS,
  );
});

describe('Slack cannot be reached at the start', () => {
  it(
    'the bot comes up, halts by HTTP, says so at /readyz, and connects by itself when Slack is back',
    async () => {
      const workspace = await openStoryWorkspace();
      onTestFinished(() => workspace.stop());
      const outage = workspace.faults.downEverything();
      const { url, ...settings } = await botSettings(workspace);
      const bot = startBotProcess({ url, ...settings });
      onTestFinished(() => bot.stop());
      const answers = async (path: string) => ask(url, path).catch(() => undefined);
      await workspace.waitFor(async () => (await answers('/healthz'))?.status === 200 || undefined, patience);
      const token = await makeToken(url, { scopes: ['guard'], agentId: 'billing-agent' });
      const worker = startWorker({
        url,
        token,
        agentId: 'billing-agent',
        tool: 'stripe.refund',
        actionClass: 'external-api-call',
      });
      onTestFinished(() => worker.stop());
      await workspace.waitFor(() => worker.began[0], patience);

      const order = await ask(url, '/v1/halts', { body: { scope: 'all', reason: 'test' } });
      const alert = await ask(url, '/v1/alerts/alertmanager', { body: aPayload(new Date()) });
      const readiness = await ask(url, '/readyz');

      expect(order.status).toBe(201);
      expect(alert.status).toBe(200);
      expect(readiness).toMatchObject({
        status: 503,
        json: { ready: false, parts: { store: 'ok', slack: expect.stringContaining('slack') } },
      });
      await workspace.waitFor(() => worker.halted[0], { timeoutMs: 2_000, what: 'a refusal by the order' });

      outage.clear();
      await untilReady(url, bot, 40_000);
      const channel = await workspace.waitFor(
        async () => (await workspace.channels()).find(({ name }) => name.startsWith('inc-1')),
        patience,
      );
      const status = await workspace.person('U0SRE1').slash('/halt', 'status', { channel: channel.id });
      expect(JSON.stringify(status.ephemeral)).toContain('H-1');
    },
    TEST_MS,
  );
});

/** Unix seconds of the moments that Slack shows in the reader's own time zone. */
function shownTimes({ blocks }: Message): string[] {
  return [...JSON.stringify(blocks).matchAll(/<!date\^(\d+)\^/g)].map(([, seconds]) => seconds ?? '');
}

function unixSeconds(at: string): string {
  return String(Math.floor(Date.parse(at) / 1_000));
}

function never(): never {
  throw new Error('there is no incident');
}
