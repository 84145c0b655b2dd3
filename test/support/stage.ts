/**
 * A workspace and the real app in this process: real Bolt, a real SQLite file, the shipped runbooks. Whatever it
 * leaves open when it ends (a server, a timer) fails the test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/app.js';
import type { Entry } from '../../src/core/journal.js';
import type { Config } from '../../src/config.js';
import { createLog } from '../../src/log.js';
import type { SandboxOptions } from '../../src/sandbox/slack/options.js';
import type { Message } from '../../src/sandbox/slack/reads.js';
import { waitFor } from '../../src/sandbox/slack/wait-for.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { ask, BOT_TOKEN, type Answer, type Request } from './bot-process.js';
import { freePort } from './processes.js';
import { offers, openStoryWorkspace, textOf } from './story-workspace.js';

export type Delivery = 'socket' | 'http';

/** One line of the bot's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: number; readonly msg: string };

export interface StageOptions {
  readonly delivery?: Delivery;
  readonly workspace?: Partial<SandboxOptions>;
  readonly config?: Partial<Config>;
  /** Runs when the workspace is open and the bot is not there yet. */
  readonly before?: (workspace: SandboxWorkspace) => void;
}

export interface Stage {
  readonly workspace: SandboxWorkspace;
  readonly app: App;
  readonly url: string;
  readonly databasePath: string;
  /** What the bot has logged, oldest first. */
  log(): readonly LogLine[];
  /** One request to the bot's HTTP API, as its operator. */
  ask(path: string, request?: Request): Promise<Answer>;
  /** Until `/readyz` agrees. */
  ready(): Promise<void>;
  /** The journal's entries of one stream, read past the bot. */
  entries(stream: string): Promise<readonly Entry[]>;
  /** The newest message of a channel that shows these words, once there is one. */
  messageWith(channelId: string, words: string | RegExp): Promise<Message>;
  /** The newest message of a channel with such a button, optionally with more in it, once there is one. */
  messageWithButton(channelId: string, actionId: string, words?: string): Promise<Message>;
  /** The newest direct message to a person that shows these words, once there is one. */
  dmWith(userId: string, words: string | RegExp): Promise<Message>;
  /** What only this person sees, ephemeral or direct, once there is some with these words. */
  told(userId: string, words: string | RegExp): Promise<string>;
  /** Looks until there is something to see. */
  until<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T>;
  /** Ends the bot and the workspace; for stories, whose stage outlives one test. Twice is once. */
  close(): Promise<void>;
}

/** A stage that is taken down when the test ends. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const stage = await openStage(options);
  onTestFinished(() => stage.close());
  await stage.ready();
  return stage;
}

/** Starts a workspace and the app. The caller closes it, and waits for `ready` where that is wanted. */
export async function openStage({
  delivery = 'socket',
  workspace: about = {},
  config = {},
  before = () => undefined,
}: StageOptions = {}): Promise<Stage> {
  const openBefore = openHandles();
  const port = await freePort();
  const workspace = await openStoryWorkspace({
    delivery: delivery === 'socket' ? 'socket' : { http: `http://127.0.0.1:${port}/slack/events` },
    ...about,
  });
  before(workspace);
  const folder = mkdtempSync(join(tmpdir(), 'haltline-stage-'));
  const databasePath = join(folder, 'haltline.db');
  const telemetryDatabasePath = join(folder, 'haltline.telemetry.db');
  const lines: LogLine[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(JSON.parse(line) as LogLine) });
  const paths = { databasePath, telemetryDatabasePath };
  const app = await createApp({ ...configOf(workspace, delivery), port, ...paths, ...config }, log);
  const close = async (): Promise<void> => {
    await inTime(app.stop(), 'the bot to stop');
    await inTime(workspace.stop(), 'the workspace to stop');
    rmSync(folder, { recursive: true, force: true });
    await expectNothingOpen(openBefore);
  };
  await app.start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    workspace,
    app,
    url: app.url,
    databasePath,
    log: () => lines,
    ask: (path, request) => ask(app.url, path, request),
    ...readersOf(workspace),
    ready: async () => {
      await workspace.waitFor(async () => (await ask(app.url, '/readyz')).status === 200 || undefined, {
        timeoutMs: 15_000,
        what: 'the bot to be ready',
      });
    },
    entries: async (stream) => {
      const store = await openSqliteStore(databasePath);
      return store.readStream(stream).finally(() => store.close());
    },
    close: () => (closing ??= close()),
  };
}

function configOf(workspace: SandboxWorkspace, delivery: Delivery): Config {
  return {
    slack: {
      botToken: workspace.botToken,
      apiUrl: workspace.apiUrl,
      door:
        delivery === 'socket'
          ? { kind: 'socket', appToken: workspace.appToken }
          : { kind: 'http', signingSecret: workspace.signingSecret },
    },
    announceChannel: 'agent-incidents',
    databasePath: '',
    contentKeys: [],
    telemetryDatabasePath: '',
    runbooks: 'runbooks',
    host: '127.0.0.1',
    port: 0,
    bootstrapToken: BOT_TOKEN,
    logLevel: 'debug',
    actuatorSecrets: {},
    sourceSecrets: {},
    pagers: { pagerduty: null, webhook: null },
  };
}

type Readers = Pick<Stage, 'messageWith' | 'messageWithButton' | 'dmWith' | 'told' | 'until'>;

function readersOf(workspace: SandboxWorkspace): Readers {
  const until: Stage['until'] = (look, what) => workspace.waitFor(look, { timeoutMs: 15_000, what });
  const newest = (messages: readonly Message[], words: string | RegExp): Message | undefined =>
    messages.findLast((message) => shows(textOf(message), words));
  return {
    until,
    messageWith: (channelId, words) =>
      until(async () => newest(await workspace.messages(channelId), words), `a message with ${words}`),
    messageWithButton: (channelId, actionId, words = '') =>
      until(
        async () =>
          (await workspace.messages(channelId)).findLast(
            (message) => offers(message.blocks, actionId) && textOf(message).includes(words),
          ),
        `a message with the button ${actionId} and ${words}`,
      ),
    dmWith: (userId, words) =>
      until(async () => newest(await workspace.dms(userId), words), `a direct message with ${words}`),
    told: (userId, words) =>
      until(async () => {
        const heard = [...workspace.ephemerals(userId), ...(await workspace.dms(userId))].map(textOf);
        return heard.findLast((text) => shows(text, words));
      }, `${userId} to be told ${words}`),
  };
}

function shows(text: string, words: string | RegExp): boolean {
  return typeof words === 'string' ? text.includes(words) : words.test(text);
}

/** What keeps a process alive and could have been left behind: servers, and timers that are not unref'd. */
function openHandles(): Record<string, number> {
  const all = process.getActiveResourcesInfo();
  const count = (kind: string): number => all.filter((each) => each === kind).length;
  return { servers: count('TCPServerWrap'), timers: count('Timeout') };
}

const STOPPING_MS = 12_000;

/** Says what did not end, where a hook would only say that it took too long. */
async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${STOPPING_MS} ms for ${what}`)), STOPPING_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** What has just been closed may need a moment. */
async function expectNothingOpen(before: Record<string, number>): Promise<void> {
  await waitFor(
    () => {
      const left = Object.entries(openHandles()).filter(([kind, number]) => number > (before[kind] ?? 0));
      if (left.length > 0) throw new Error(`left open: ${JSON.stringify(left)}`);
      return true;
    },
    { timeoutMs: 4_000, everyMs: 50, what: 'servers and timers to be closed' },
  );
}
