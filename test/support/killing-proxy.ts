/** Stands between the bot and its Slack, and tells of each call before it reaches Slack and after Slack has acted. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { bodyOf, listenOn, stopServer } from './listening.js';

export interface CallMoment {
  /** Counts the calls since the proxy started, from 1. */
  readonly number: number;
  readonly when: 'before' | 'after';
}

export interface KillingProxy {
  /** For SLACK_API_URL. */
  readonly apiUrl: string;
  /** `isFatal` kills the bot and says so: then the call goes no further, or its answer is lost. */
  askBefore(isFatal: (moment: CallMoment) => boolean): void;
  /** When the last call arrived, in epoch milliseconds. */
  lastCallAt(): number;
  stop(): Promise<void>;
}

/** Harmless until it is told whom to ask. */
export async function startKillingProxy(slackApiUrl: string): Promise<KillingProxy> {
  let [lastCallAt, number] = [0, 0];
  let isFatal: (moment: CallMoment) => boolean = () => false;
  const server = createServer((request, response) => {
    lastCallAt = Date.now();
    number += 1;
    const call = { slackApiUrl, isFatal, number };
    pass(call, request, response).catch(() => request.socket.destroy());
  });
  const port = await listenOn(server);
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    askBefore: (ask) => {
      isFatal = ask;
    },
    lastCallAt: () => lastCallAt,
    stop: () => stopServer(server),
  };
}

interface Passing {
  readonly slackApiUrl: string;
  readonly isFatal: (moment: CallMoment) => boolean;
  readonly number: number;
}

async function pass(
  { slackApiUrl, isFatal, number }: Passing,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = new Uint8Array(await bodyOf(request));
  const path = (request.url ?? '').replace(/^\/api\//, '');
  if (isFatal({ number, when: 'before' })) return void request.socket.destroy();
  const { authorization = '', 'content-type': type = '' } = request.headers;
  const reply = await fetch(`${slackApiUrl}${path}`, {
    method: request.method ?? 'POST',
    headers: { authorization, 'content-type': type },
    ...(body.length > 0 ? { body } : {}),
  });
  const answer = Buffer.from(await reply.arrayBuffer());
  if (isFatal({ number, when: 'after' })) return void request.socket.destroy();
  const names = ['content-type', 'retry-after', 'x-oauth-scopes'];
  const kept = names.flatMap((name) => (reply.headers.has(name) ? [[name, reply.headers.get(name)]] : []));
  response.writeHead(reply.status, Object.fromEntries(kept)).end(answer);
}
