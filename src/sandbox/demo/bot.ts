import { fileURLToPath } from 'node:url';
import { startChild, type Child } from './child.js';

/** What the bot's process is told by its environment; nothing else of ours reaches it. */
export interface BotOptions {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly databasePath: string;
  readonly port: number;
  readonly bootstrapToken: string;
  readonly announceChannel: string;
}

export interface Bot {
  readonly url: string;
  readonly child: Child;
  /** Calls the HTTP API with the bootstrap token; throws for anything but 2xx. */
  api(method: string, path: string, body?: object, token?: string): Promise<unknown>;
  /** Resolves when `/readyz` says so; rejects with the bot's last words when it ended instead. */
  ready(timeoutMs?: number): Promise<void>;
}

/** Starts Haltline as its users do, `node dist/src/main.js`, on this machine's loopback. */
export function startBot(options: BotOptions): Bot {
  const child = startChild('main.js', [], {
    SLACK_BOT_TOKEN: options.botToken,
    SLACK_APP_TOKEN: options.appToken,
    SLACK_API_URL: options.apiUrl,
    HALTLINE_ANNOUNCE_CHANNEL: options.announceChannel,
    HALTLINE_DATABASE_URL: `file:${options.databasePath}`,
    HALTLINE_RUNBOOKS: fileURLToPath(new URL('../../../../runbooks', import.meta.url)),
    HALTLINE_PORT: String(options.port),
    HALTLINE_BOOTSTRAP_TOKEN: options.bootstrapToken,
    LOG_LEVEL: 'info',
  });
  const url = `http://127.0.0.1:${options.port}`;
  return {
    url,
    child,
    api: (method, path, body, token = options.bootstrapToken) =>
      callApi({ url, token }, { method, path, body }),
    ready: (timeoutMs = 30_000) => untilReady(url, child, timeoutMs),
  };
}

async function callApi(
  { url, token }: { url: string; token: string },
  { method, path, body }: { method: string; path: string; body: object | undefined },
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function untilReady(url: string, child: Child, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    if (child.process.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the bot did not become ready:\n${child.lines.slice(-20).join('\n')}`);
}
