/** A vendor runs the agent and nobody has a guard in it: its kill switch is all there is. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aPayload } from '../../src/sandbox/demo/alert.js';
import { ask, botSettings, makeToken, startBotProcess } from '../support/bot-process.js';
import { changedRunbooks } from '../support/changed-runbooks.js';
import { startCli } from '../support/processes.js';
import { createReceiver, SECRET, type Receiver } from '../support/receiver.js';
import { withBot } from '../support/story-bot.js';
import { messageShowing, openStoryWorkspace } from '../support/story-workspace.js';

const patience = { timeoutMs: 60_000, everyMs: 50 };
const TEST_MS = 120_000;
const BILLING = { scope: { kind: 'agent', agentId: 'billing-agent' }, reason: 'it refunds everybody' };

/** The shipped runbooks, with the vendor's switch of one agent written in. */
function runbooksWith({ url, statusUrl }: Receiver): string {
  const block = [
    '    actuators:',
    '      - name: vendor-switch',
    '        kind: webhook',
    `        url: ${url}`,
    `        statusUrl: ${statusUrl}`,
    '        secretEnv: HALTLINE_ACTUATOR_VENDOR',
    '        releasable: true',
    '',
  ].join('\n');
  const end = '    transactionBearing: true\n';
  return changedRunbooks(['agents.yml', (text) => text.replace(end, `${end}${block}`)]);
}

describe('a kill switch without its secret', () => {
  it('is found out at the start and by haltline doctor, and never in the middle of a halt', async () => {
    const workspace = await openStoryWorkspace();
    onTestFinished(() => workspace.stop());
    const receiver = await createReceiver();
    onTestFinished(() => receiver.stop());
    const settings = await botSettings(workspace, { HALTLINE_RUNBOOKS: runbooksWith(receiver) });

    const bot = startBotProcess(settings);
    const doctor = startCli(['doctor'], settings.environment);

    expect(await bot.ended).toBe(1);
    expect(bot.said()).toMatch(
      /^HALTLINE_ACTUATOR_VENDOR is missing: actuator vendor-switch of billing-agent/,
    );
    expect(await doctor.ended).toBe(1);
    expect(doctor.said()).toContain('FAIL  HALTLINE_ACTUATOR_VENDOR is missing');
  });
});

describe('a kill switch in a real incident', () => {
  let receiver: Receiver;
  const story = withBot({
    environment: async () => {
      receiver = await createReceiver();
      return { HALTLINE_RUNBOOKS: runbooksWith(receiver), HALTLINE_ACTUATOR_VENDOR: SECRET };
    },
  });

  beforeAll(() => ask(story.url, '/v1/alerts/alertmanager', { body: aPayload(new Date()) }));
  afterAll(() => receiver.stop());

  const shown = (words: RegExp): Promise<string> => messageShowing(story.workspace, words, patience);

  it('answers haltline doctor --probe', async () => {
    const doctor = startCli(['doctor', '--probe'], story.settings.environment);

    await doctor.ended;

    expect(doctor.said()).toContain('ok    actuators: 1 of 1 can be signed for');
    expect(doctor.said()).toContain('actuator:billing-agent:vendor-switch: says that its agent is stopped');
  });

  it(
    'stops the agent though the bot is killed between sending the order and recording the answer',
    async () => {
      receiver.answer(() => void story.bot.process.kill('SIGKILL'));

      await ask(story.url, '/v1/halts', { body: { ...BILLING, incident: 'INC-1' } }).catch(() => undefined);
      await story.bot.ended;
      receiver.obey();
      await story.startAgain();

      const board = await shown(/H-1 .*CONTAINED/);
      expect(board).toMatch(
        /vendor-switch: quiesced after .* · stopped after [\d.]+ s \(documented 60 s: met\)/,
      );
      const orders = receiver.told.filter(({ type }) => type === 'halt.ordered');
      expect(orders.length).toBeGreaterThan(1);
      expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
      expect(receiver.told.every(({ isSigned }) => isSigned)).toBe(true);
    },
    TEST_MS,
  );

  it('has its own row in haltline status and its measured time in the post-mortem', async () => {
    const status = await ask(story.url, '/v1/status');
    const { text } = await ask(story.url, '/v1/incidents/INC-1/post-mortem.md');

    expect(status.text).toContain('"pointId":"actuator:billing-agent:vendor-switch"');
    expect(text).toContain('Kill switches told of H-1');
    expect(text).toMatch(/actuator:billing-agent:vendor-switch.*60 s.*\*\*met\*\*/);
  });

  it(
    'is shown as NOT halted while it cannot be reached, also to those who ask by haltline status',
    async () => {
      await lift('H-1');
      await shown(/H-1 .*LIFTED.*vendor-switch.*released/);
      await receiver.stop();

      const ordered = await ask(story.url, '/v1/halts', { body: { ...BILLING, incident: 'INC-1' } });

      expect(ordered.status).toBe(201);
      const board = await shown(/H-2 .*NOT halted: unreachable \(ECONNREFUSED\)/);
      expect(board).not.toMatch(/(?<!NOT )CONTAINED/);
      expect((await ask(story.url, '/v1/status')).text).toContain('NOT halted: unreachable');
      await receiver.start();
      await shown(/H-2 .*CONTAINED/);
    },
    TEST_MS,
  );

  it(
    'is shouted about in a message of its own when the lift does not reach it, and the lift stands',
    async () => {
      await receiver.stop();

      await lift('H-2');

      const shout = await shown(/🚨 H-2 .*is lifted, and a kill switch may still hold an agent/);
      expect(shout).toContain('may STILL BE STOPPED, the release fails: unreachable');
      expect((await ask(story.url, '/v1/halts')).text).not.toContain('"H-2"');
      await receiver.start();
      await shown(/🟢 H-2 .*no kill switch is known to be stuck any more/);
    },
    TEST_MS,
  );

  it(
    'pitfall 29: is told while Slack is away',
    async () => {
      const outage = story.workspace.faults.downEverything();
      onTestFinished(() => outage.clear());
      const before = receiver.told.length;

      const { status } = await ask(story.url, '/v1/halts', {
        body: { scope: 'all', reason: 'all of them' },
      });

      expect(status).toBe(201);
      await story.workspace.waitFor(
        () => receiver.told.slice(before).some(({ haltId }) => haltId === 'H-3') || undefined,
        patience,
      );
      const types = receiver.told.slice(before).map(({ type }) => type);
      expect(types.at(-1)).toBe('halt.ordered');
    },
    TEST_MS,
  );

  async function lift(haltId: string): Promise<void> {
    const token = (person: string): Promise<string> =>
      makeToken(story.url, {
        scopes: ['operate'],
        roles: ['on-call-sre', 'incident-commander'],
        person,
      });
    const requested = await ask(story.url, `/v1/halts/${haltId}/lift`, {
      body: { action: 'request', reason: 'mended' },
      token: await token('U0SRE1'),
    });
    const { digest } = requested.json as { digest: string };
    const approved = await ask(story.url, `/v1/halts/${haltId}/lift`, {
      body: { action: 'approve', digest },
      token: await token('U0SEC1'),
    });
    expect(approved.status, approved.text).toBe(200);
  }
});
