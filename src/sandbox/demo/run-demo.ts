/**
 * One whole incident on this machine: a real bot process over real Socket Mode against the sandbox's Slack, four
 * agents in processes of their own, a real Alertmanager payload. Responders' presses are played; everything else
 * happens by itself. Returns the exit code: 0 only when every check held.
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createSandboxWorkspace, type SandboxWorkspace } from '../slack/workspace.js';
import { SAMPLE_AGENTS, startAgent, type RunningAgent } from './agents.js';
import { startBot, type Bot } from './bot.js';
import { manifestScopes } from './manifest-scopes.js';
import { GROUPS, PEOPLE } from './people.js';
import {
  alertBecomesIncident,
  closeAndLearn,
  haltEverything,
  liftWithTwoPeople,
  rollBack,
} from './scenes.js';
import { Narrator } from './story.js';

/** What the scenes play on. */
export interface Stage {
  readonly workspace: SandboxWorkspace;
  readonly bot: Bot;
  readonly agents: readonly RunningAgent[];
  readonly narrator: Narrator;
  readonly databasePath: string;
  readonly folder: string;
}

const BOOTSTRAP = 'demo-bootstrap-token-of-this-machine';

export async function runDemo({ hold }: { hold: boolean }): Promise<number> {
  const narrator = new Narrator();
  const folder = join('.demo', new Date().toISOString().replaceAll(':', '-'));
  mkdirSync(folder, { recursive: true });
  const stage = await raiseCurtain(narrator, folder);
  try {
    await play(stage);
  } catch (error) {
    narrator.check(`the demo ran to its end (${String(error)})`, false);
    narrator.say(`the bot's last lines:\n${stage.bot.child.lines.slice(-15).join('\n')}`);
  }
  if (hold) await untilInterrupted(stage);
  await lowerCurtain(stage);
  const { failures } = narrator;
  narrator.say(
    failures.length === 0 ? 'Every check held.' : `${failures.length} checks FAILED: ${failures.join('; ')}`,
  );
  return failures.length === 0 ? 0 : 1;
}

async function raiseCurtain(narrator: Narrator, folder: string): Promise<Stage> {
  narrator.say('A Slack workspace, the bot and four agents start on this machine. Nothing leaves it.');
  const workspace = await createSandboxWorkspace({
    users: PEOPLE,
    userGroups: GROUPS,
    channels: [{ name: 'agent-incidents' }],
    scopes: manifestScopes(),
    events: ['app_home_opened', 'reaction_added'],
    commands: ['/halt', '/incident', '/drill'],
  });
  const databasePath = join(folder, 'haltline.db');
  const bot = startBot({
    apiUrl: workspace.apiUrl,
    botToken: workspace.botToken,
    appToken: workspace.appToken,
    databasePath,
    port: await freePort(),
    bootstrapToken: BOOTSTRAP,
    announceChannel: 'agent-incidents',
  });
  await bot.ready();
  const agents = await Promise.all(
    SAMPLE_AGENTS.map(async (agent) =>
      startAgent(agent, { url: bot.url, token: await guardToken(bot, agent.agentId) }),
    ),
  );
  await workspace.waitFor(() => agents.every((agent) => agent.began().length > 2) || undefined, {
    timeoutMs: 20_000,
  });
  narrator.say(
    `Slack: ${workspace.url}  Haltline: ${bot.url}  agents at work: ${agents.map((agent) => agent.agentId).join(', ')}`,
  );
  return { workspace, bot, agents, narrator, databasePath, folder };
}

async function play(stage: Stage): Promise<void> {
  const channelId = await alertBecomesIncident(stage);
  const halt = await haltEverything(stage, channelId);
  await rollBack(stage, channelId);
  await liftWithTwoPeople(stage, channelId, halt);
  await closeAndLearn(stage, channelId);
}

async function guardToken(bot: Bot, agentId: string): Promise<string> {
  const made = await bot.api('POST', '/v1/tokens', {
    name: `guard of ${agentId}`,
    scopes: ['guard'],
    agentId,
  });
  if (typeof made !== 'object' || made === null || !('token' in made)) throw new Error('no token was made');
  return String(made.token);
}

async function untilInterrupted({ narrator, workspace, bot }: Stage): Promise<void> {
  narrator.say(
    `Holding: look at ${workspace.url}, call ${bot.url} with the token ${BOOTSTRAP}. Ctrl-C ends it.`,
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

async function lowerCurtain({ agents, bot, workspace }: Stage): Promise<void> {
  await Promise.all(agents.map((agent) => agent.child.stop()));
  await bot.child.stop();
  await workspace.stop();
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
