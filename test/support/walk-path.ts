/** Plays one path with one seed from the first alert to the post-mortem and tells what was not as it must be. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { botSettings, makeToken } from './bot-process.js';
import { startWorker, type GuardedWorker } from './guarded-worker.js';
import { IncidentPath, STEP_NAMES } from './incident-path.js';
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
const KILLS = 5;
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
  readonly url: string;
  readonly databasePath: string;
}

export async function walkPath(seed: number): Promise<Walk> {
  const { runbooks, stepIds } = shortRunbooks();
  const workspace = await openStoryWorkspace({ retryDelaysMs: RETRY_DELAYS_MS });
  let bot: MortalBot | undefined;
  const proxy = await startKillingProxy(workspace.apiUrl, (moment) => bot?.isFatal(moment) ?? false);
  const settings = await botSettings({ ...workspace, apiUrl: proxy.apiUrl }, { HALTLINE_RUNBOOKS: runbooks });
  const { url, databasePath } = settings;
  const plan = planKills(seed, STEP_NAMES, KILLS);
  const chain = new ChainWatch();
  let path: IncidentPath | undefined;
  const inspect = async (): Promise<string[]> => {
    const journal = await readJournal(url);
    const wrong = wrongHalts(path?.halt ?? 'none', await haltsInForce(url));
    return [...wrong, ...(journal === undefined ? [] : chain.check(journal))];
  };
  bot = new MortalBot({ settings, plan, inspect });
  const people = new Responders({ workspace, bot, url });
  path = new IncidentPath(people, stepIds);
  try {
    return { plan, ...(await play({ workspace, proxy, bot, path, people, chain, url, databasePath })) };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? ` (${String(error.cause)})` : '';
    const violations = [...bot.violations, ...people.violations, `${String(error)}${cause}`, bot.lastWords()];
    return { plan, deaths: bot.deaths, violations };
  } finally {
    await bot.retire();
    await proxy.stop();
    await workspace.stop();
  }
}

async function play(scene: Scene): Promise<{ deaths: number; violations: string[] }> {
  const { bot, path, people, chain, workspace, url } = scene;
  await bot.untilReady();
  const workers = await hireWorkers(url);
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
    const violations = [...people.violations, ...(await lookBack(scene)), ...actedWhileHalted(path, workers)];
    return { deaths: bot.deaths, violations: [...bot.violations, ...violations] };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

async function lookBack({ people, chain, bot, workspace, databasePath }: Scene): Promise<string[]> {
  const journal = await people.journal();
  if (journal === undefined) return ['there is no incident'];
  const unknown = chain.known.length === 5 ? [] : [`of the chain only ${chain.known.join(', ')} are known`];
  await bot.retire();
  const verify = startCli(['verify', '--database', databasePath]);
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
  const runbooks = join(mkdtempSync(join(tmpdir(), 'haltline-runbooks-')), 'runbooks');
  cpSync('runbooks', runbooks, { recursive: true });
  const file = join(runbooks, 'action-classes', 'external-api-call.yml');
  const profile = Profile.parse(parse(readFileSync(file, 'utf8')));
  const steps = profile.steps.slice(0, 2);
  writeFileSync(file, stringify({ ...profile, steps }));
  return { runbooks, stepIds: steps.map(({ id }) => id) };
}
