/** Plays one path with one seed from the first alert to the post-mortem and tells what was not as it must be. */
import { inspect } from 'node:util';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { botSettings, makeToken, type BotSettings } from './bot-process.js';
import { changedRunbooks } from './changed-runbooks.js';
import { startWorker, type GuardedWorker } from './guarded-worker.js';
import { HaltWatch, IncidentPath, STEP_NAMES } from './incident-path.js';
import { ChainWatch, haltsInForce, readJournal } from './journal-reader.js';
import { planKills, type Kill } from './kill-plan.js';
import { startKillingProxy, type KillingProxy } from './killing-proxy.js';
import { MortalBot } from './mortal-bot.js';
import { actedWhileHalted, missingDeeds, wrongHalts, wrongInSlack } from './path-invariants.js';
import { startCli } from './processes.js';
import { Responders } from './responders.js';
import { openStoryWorkspace } from './story-workspace.js';

export interface Walk {
  readonly plan: readonly Kill[];
  readonly deaths: number;
  readonly violations: readonly string[];
}

/** Kills on one path. */
const KILLS = 10;
/** Slack's own pauses are a minute and more; the path should not wait for them. */
const RETRY_DELAYS_MS = [0, 2_000, 4_000];
const QUIET_MS = 2_500;

interface Scene {
  readonly workspace: SandboxWorkspace;
  readonly proxy: KillingProxy;
  readonly bot: MortalBot;
  readonly path: IncidentPath;
  readonly people: Responders;
  readonly chain: ChainWatch;
  readonly halt: HaltWatch;
  readonly settings: BotSettings;
}

export async function walkPath(seed: number): Promise<Walk> {
  const plan = planKills(seed, STEP_NAMES, KILLS);
  const scene = await setScene(plan);
  const { bot, people, proxy, workspace } = scene;
  try {
    const violations = await play(scene);
    return { plan, deaths: bot.deaths, violations };
  } catch (error) {
    const violations = [...bot.violations, ...people.violations, inspect(error), bot.lastWords()];
    return { plan, deaths: bot.deaths, violations };
  } finally {
    await bot.retire();
    await proxy.stop();
    await workspace.stop();
  }
}

async function setScene(plan: readonly Kill[]): Promise<Scene> {
  const { runbooks, stepIds } = shortRunbooks();
  const workspace = await openStoryWorkspace({ retryDelaysMs: RETRY_DELAYS_MS });
  const proxy = await startKillingProxy(workspace.apiUrl);
  const settings = await botSettings({ ...workspace, apiUrl: proxy.apiUrl }, { HALTLINE_RUNBOOKS: runbooks });
  const { url } = settings;
  const chain = new ChainWatch();
  const halt = new HaltWatch();
  const bot = new MortalBot({
    settings,
    plan,
    inspect: async () => {
      const journal = await readJournal(url);
      const changed = journal === undefined ? [] : chain.check(journal);
      return [...changed, ...wrongHalts(halt, await haltsInForce(url))];
    },
  });
  proxy.askBefore((moment) => bot.isFatal(moment));
  const people = new Responders({ workspace, bot, url });
  const path = new IncidentPath(people, halt, stepIds);
  return { workspace, proxy, bot, path, people, chain, halt, settings };
}

async function play(scene: Scene): Promise<string[]> {
  const { bot, path, people, chain, halt, workspace } = scene;
  await bot.untilReady();
  const workers = await hireWorkers(scene.settings.url);
  try {
    await workspace.waitFor(() => workers.every(({ began }) => began.length > 0) || undefined, {
      timeoutMs: 20_000,
      what: 'agents at work',
    });
    for (const name of STEP_NAMES) {
      bot.beginStep(name);
      await path.walks[name]();
      const journal = await people.journal();
      if (journal !== undefined) people.violations.push(...chain.check(journal));
    }
    await bot.settle();
    await workspace.waitFor(() => workers.every(({ guard }) => guard.state === 'live') || undefined, {
      timeoutMs: 20_000,
      what: 'guards that are connected again',
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await untilQuiet(scene);
    const seen = [...(await lookBack(scene)), ...actedWhileHalted(halt, workers)];
    return [...bot.violations, ...people.violations, ...seen];
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

async function lookBack({ people, chain, bot, workspace, settings }: Scene): Promise<string[]> {
  const journal = await people.journal();
  if (journal === undefined) return ['there is no incident'];
  const unknown = chain.known.length === 5 ? [] : [`of the chain only ${chain.known.join(', ')} are known`];
  await bot.retire();
  const verify = startCli(['verify', '--database', settings.databasePath]);
  const intact = (await verify.ended) === 0 ? [] : [`haltline verify: ${verify.said()}`];
  return [
    ...missingDeeds(people.acknowledged, journal),
    ...unknown,
    ...intact,
    ...(await wrongInSlack(workspace)),
  ];
}

/** Until the bot has nothing more to tell Slack. */
async function untilQuiet({ workspace, proxy }: Scene): Promise<void> {
  await workspace.waitFor(() => Date.now() - proxy.lastCallAt() > QUIET_MS || undefined, {
    timeoutMs: 20_000,
    everyMs: 100,
    what: 'a quiet bot',
  });
}

async function hireWorkers(url: string): Promise<GuardedWorker[]> {
  const jobs = [
    { agentId: 'billing-agent', tool: 'stripe.refund', actionClass: 'external-api-call' },
    { agentId: 'support-agent', tool: 'email.send', actionClass: 'customer-communication' },
  ];
  return Promise.all(
    jobs.map(async (job) => {
      const token = await makeToken(url, { scopes: ['guard'], agentId: job.agentId });
      return startWorker({ url, token, ...job });
    }),
  );
}

const Profile = z.looseObject({ steps: z.array(z.looseObject({ id: z.string() })) });

/** The shipped runbooks with a checklist of two steps: the path is about dying, not about refunds. */
function shortRunbooks(): { runbooks: string; stepIds: string[] } {
  let stepIds: string[] = [];
  const shorten = (text: string): string => {
    const profile = Profile.parse(parse(text));
    const steps = profile.steps.slice(0, 2);
    stepIds = steps.map(({ id }) => id);
    return stringify({ ...profile, steps });
  };
  const runbooks = changedRunbooks(['action-classes/external-api-call.yml', shorten]);
  return { runbooks, stepIds };
}
