/**
 * The two ways to Slack's Web API. Each has a queue and options of its own, so that nothing which belongs to a
 * halt ever stands behind bulk posts. Neither retries by itself: chat.postMessage is not idempotent, and the
 * outbox, which looks before it posts again, does the retrying.
 */
import { LogLevel, WebClient, WebClientEvent, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../operations/deps.js';
import type { Lane } from '../store/types.js';

export type SlackClients = Readonly<Record<Lane, WebClient>>;

export interface SlackClientOptions {
  readonly botToken: string;
  /** `https://slack.com/api/`, or that of a stand-in. */
  readonly apiUrl: string;
  readonly log: Log;
}

const TIMEOUT_MS: Readonly<Record<Lane, number>> = { halt: 4_000, bulk: 8_000 };

export function createSlackClients(options: SlackClientOptions): SlackClients {
  return { halt: createClient('halt', options), bulk: createClient('bulk', options) };
}

function createClient(lane: Lane, { botToken, apiUrl, log }: SlackClientOptions): WebClient {
  const client = new WebClient(botToken, {
    slackApiUrl: apiUrl,
    timeout: TIMEOUT_MS[lane],
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet(lane, log),
  });
  client.on(WebClientEvent.RATE_LIMITED, (retryAfterSeconds: number, { url }: { url: string }) => {
    log.warn({ lane, retryAfterSeconds, method: url.split('/').at(-1) }, 'slack asks for fewer calls');
  });
  return client;
}

/** The client's own words may quote a message: only that there were some reaches our log. */
function quiet(lane: Lane, log: Log): NonNullable<WebClientOptions['logger']> {
  const note = (): void => log.debug({ lane }, 'the slack client had a remark');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: note,
    error: note,
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
