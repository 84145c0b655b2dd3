/**
 * The two ways to Slack's Web API. Each has a queue and options of its own, so that nothing which belongs to a
 * halt ever stands behind bulk posts. Neither retries by itself: chat.postMessage is not idempotent, and the
 * outbox, which looks before it posts again, does the retrying.
 */
import {
  LogLevel,
  WebClient,
  WebClientEvent,
  type FetchFunction,
  type WebClientOptions,
} from '@slack/web-api';
import type { Log } from '../operations/deps.js';
import type { Lane } from '../store/types.js';
import type { Call, CallBudget } from './call-budget.js';

export type SlackClients = Readonly<Record<Lane, WebClient>>;

export interface SlackClientOptions {
  readonly botToken: string;
  /** `https://slack.com/api/`, or that of a stand-in. */
  readonly apiUrl: string;
  readonly log: Log;
  /** Keeps bulk work within what Slack allows; left out, Slack itself is the only limit. */
  readonly budget?: CallBudget;
}

const TIMEOUT_MS: Readonly<Record<Lane, number>> = { halt: 4_000, bulk: 8_000 };

export function createSlackClients(options: SlackClientOptions): SlackClients {
  return { halt: createClient('halt', options), bulk: createClient('bulk', options) };
}

function createClient(lane: Lane, { botToken, apiUrl, log, budget }: SlackClientOptions): WebClient {
  const client = new WebClient(botToken, {
    slackApiUrl: apiUrl,
    timeout: TIMEOUT_MS[lane],
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet(lane, log),
    ...(budget !== undefined && { fetch: within(budget, lane) }),
  });
  client.on(WebClientEvent.RATE_LIMITED, (retryAfterSeconds: number, { url }: { url: string }) => {
    log.warn({ lane, retryAfterSeconds, method: url.split('/').at(-1) }, 'slack asks for fewer calls');
  });
  return client;
}

/** Answers as Slack would where the budget is spent, so that whoever called comes back as for Slack. */
function within(budget: CallBudget, lane: Lane): FetchFunction {
  return async (url, init = {}) => {
    const call = callOf(String(url), init.body);
    const waitMs = budget.ask(lane, call);
    if (waitMs > 0) return tooMany(waitMs);
    const response = await fetch(url, init);
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    if (response.status !== 429 || !Number.isFinite(retryAfter)) return response;
    await response.body?.cancel();
    budget.stop(call, retryAfter * 1_000);
    return tooMany(budget.ask(lane, call));
  };
}

function tooMany(waitMs: number): Response {
  return new Response('{"ok":false,"error":"ratelimited"}', {
    status: 429,
    headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
  });
}

function callOf(url: string, body: unknown): Call {
  const channel = typeof body === 'string' ? new URLSearchParams(body).get('channel') : null;
  return { method: url.split('/').at(-1) ?? '', channel };
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
