/** The second line: a real Prometheus scrapes Haltline, its rules fire, and a real Alertmanager posts the incident. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ask, botSettings, makeToken, startBotProcess, untilReady } from '../support/bot-process.js';
import { changedRunbooks } from '../support/changed-runbooks.js';
import { findProgram, startShippedAlertmanager, startShippedPrometheus } from '../support/prometheus.js';
import { openStoryWorkspace } from '../support/story-workspace.js';

const here = findProgram('prometheus') !== undefined && findProgram('alertmanager') !== undefined;
const REASON = 'apt-get install prometheus prometheus-alertmanager';
const story = here ? describe : describe.skip;

/** The runbooks that ship, but Haltline's own wires only watch: whatever opens an incident came from outside. */
function runbooksInShadow(): string {
  const toShadow = (text: string): string => text.replaceAll(/\{ mode: (?:page|warn)/g, '{ mode: shadow');
  return changedRunbooks(['tripwires.yml', toShadow]);
}

async function openHouse() {
  const workspace = await openStoryWorkspace({ delivery: 'socket' });
  onTestFinished(() => workspace.stop());
  const settings = await botSettings(workspace, { HALTLINE_RUNBOOKS: runbooksInShadow() });
  const bot = startBotProcess(settings);
  onTestFinished(() => bot.stop());
  await untilReady(settings.url, bot);
  const token = await makeToken(settings.url, { scopes: ['alerts'] });
  const alertmanager = await startShippedAlertmanager({ haltline: settings.url, token });
  const prometheus = await startShippedPrometheus({ haltline: settings.url, alertmanager });
  return { workspace, url: settings.url, prometheus };
}

/** The values of a query by their labels; none where nothing is known yet. */
async function query(prometheus: string, text: string): Promise<unknown[]> {
  const response = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(text)}`);
  const { data } = (await response.json()) as { data: { result: unknown[] } };
  return data.result;
}

async function untilScraped(workspace: SandboxWorkspace, prometheus: string): Promise<void> {
  await workspace.waitFor(
    async () => (await query(prometheus, 'agent_tool_declared and on () up == 1')).length > 0 || undefined,
    { timeoutMs: 20_000, what: 'the first scrape' },
  );
}

async function report(url: string, ...actions: object[]): Promise<void> {
  const token = await makeToken(url, { scopes: ['activity'] });
  const at = new Date().toISOString();
  const body = actions.map((action, index) => ({ actionId: `act-${index}-${at}`, at, ...action }));
  const { status, text } = await ask(url, '/v1/actions', { token, body });
  if (status !== 200) throw new Error(`the report was not taken: ${status} ${text}`);
}

async function channelOf(workspace: SandboxWorkspace, ending: string) {
  return workspace.waitFor(
    async () =>
      (await workspace.channels()).find(({ name }) => name.startsWith('inc-') && name.endsWith(ending)),
    { timeoutMs: 40_000, what: `a channel for ${ending}` },
  );
}

story(`with Prometheus and Alertmanager${here ? '' : ` (skipped: ${REASON})`}`, () => {
  it('one call of a tool that nobody declared, and one unreviewed mail, become two incidents', async () => {
    const { workspace, url, prometheus } = await openHouse();
    await untilScraped(workspace, prometheus);

    await report(
      url,
      { kind: 'check', agentId: 'billing-agent', tool: 'shell.exec', verdict: 'allow' },
      { kind: 'check', agentId: 'billing-agent', tool: 'stripe.refund', verdict: 'allow' },
      { kind: 'artifact', agentId: 'support-agent', tool: 'email.send', customerVisible: true },
    );

    const undeclared = await channelOf(workspace, 'billing-agent-authorisation');
    const unreviewed = await channelOf(workspace, 'support-agent-outcome');
    const said = async (channelId: string, words: string): Promise<true | undefined> =>
      (await workspace.messages(channelId)).some(({ raw }) => JSON.stringify(raw).includes(words)) ||
      undefined;
    const options = { timeoutMs: 20_000, what: 'the sentence of the rule' };
    await workspace.waitFor(() => said(undeclared.id, 'used shell.exec, which it did not declare'), options);
    await workspace.waitFor(() => said(unreviewed.id, 'went out without a review'), options);
    const incidents = (await workspace.channels()).filter(({ name }) => name.startsWith('inc-'));
    expect(incidents).toHaveLength(2);
  }, 120_000);
});
