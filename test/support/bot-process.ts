/** Haltline in a process of its own, and its HTTP door. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { freePort, startCompiled, temporaryFolder, type Running } from './processes.js';

export const BOT_TOKEN = 'bootstrap-token-of-the-story-tests';

/** What one bot is told; kept, so that it can be started again on the same port and database. */
export interface BotSettings {
  readonly environment: NodeJS.ProcessEnv;
  readonly url: string;
  readonly databasePath: string;
}

/** A database of its own and a free port, for the bot of this workspace. */
export async function botSettings(
  workspace: Pick<SandboxWorkspace, 'apiUrl' | 'botToken' | 'appToken'>,
  change: NodeJS.ProcessEnv = {},
): Promise<BotSettings> {
  const databasePath = join(temporaryFolder(), 'haltline.db');
  const port = await freePort();
  return {
    url: `http://127.0.0.1:${port}`,
    databasePath,
    environment: {
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      SLACK_API_URL: workspace.apiUrl,
      HALTLINE_ANNOUNCE_CHANNEL: 'agent-incidents',
      HALTLINE_DATABASE_URL: `file:${databasePath}`,
      HALTLINE_PORT: String(port),
      HALTLINE_BOOTSTRAP_TOKEN: BOT_TOKEN,
      LOG_LEVEL: 'info',
      ...change,
    },
  };
}

/** Starts `node dist/src/main.js`. */
export function startBotProcess({ environment }: BotSettings): Running {
  return startCompiled('main.js', [], environment);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

export interface Request {
  readonly method?: string;
  readonly body?: string | object;
  /** Null sends none. */
  readonly token?: string | null;
}

/** One request to the bot. Rejects only where nobody answers. */
export async function ask(url: string, path: string, request: Request = {}): Promise<Answer> {
  const { body, token = BOT_TOKEN, method = body === undefined ? 'GET' : 'POST' } = request;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: asJson(text) };
}

/** Waits until `/readyz` agrees. Rejects with the bot's last words when it ended instead. */
export async function untilReady(url: string, bot: Running, timeoutMs = 45_000): Promise<void> {
  const beganAt = Date.now();
  const waited = (): number => Date.now() - beganAt;
  while (waited() < timeoutMs && bot.process.exitCode === null && bot.process.signalCode === null) {
    const isReady = await ask(url, '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isReady) return;
    await sleep(Math.max(40, Math.min(waited() / 10, 150)));
  }
  throw new Error(`the bot did not become ready; its last words:\n${bot.said().slice(-3_000)}`);
}

/** Makes a token with these rights and returns it. */
export async function makeToken(url: string, rights: object): Promise<string> {
  const { status, json, text } = await ask(url, '/v1/tokens', { body: { name: 'story', ...rights } });
  if (typeof json === 'object' && json !== null && 'token' in json) return String(json.token);
  throw new Error(`no token was made: ${status} ${text}`);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
