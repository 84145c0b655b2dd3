/** Payloads over HTTP, signed with the app's signing secret, as the Events API and interactivity URLs get them. */
import { createHmac } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { parseJson, textIn, type Json } from '../json.js';
import type { Ack, Delivery, PayloadKind, Retry } from './delivery.js';

export interface SignedHttp {
  readonly url: string;
  readonly signingSecret: string;
  readonly ackTimeoutMs: number;
}

/** Posts each payload to the bot's request URL. */
export function createSignedHttp(target: SignedHttp): Delivery {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  let copies = 1;
  return {
    send: async (kind, payload, retry) => {
      const extra = copies - 1;
      copies = 1;
      const first = post(target, { kind, payload, retry }, stopping.signal);
      if (extra > 0) {
        const again = { kind, payload, retry: { attempt: 1, reason: 'http_timeout' } };
        void post(target, again, stopping.signal);
      }
      return first;
    },
    duplicateNext: () => {
      copies = 2;
    },
    stop: () => {
      stopping.abort();
      return Promise.resolve();
    },
  };
}

/** The `v0` signature over a timestamp in seconds and the raw body. */
export function sign(signingSecret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

interface Posting {
  readonly kind: PayloadKind;
  readonly payload: Json;
  readonly retry: Retry | undefined;
}

async function post(target: SignedHttp, { kind, payload, retry }: Posting, stop: AbortSignal): Promise<Ack> {
  const body = encode(kind, payload);
  const timestamp = Math.floor(Date.now() / 1_000);
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': sign(target.signingSecret, timestamp, body),
        ...retryHeaders(retry),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(target.ackTimeoutMs)]),
    });
    return await read(response);
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    return isTimeout ? { kind: 'timed-out' } : { kind: 'failed', reason: 'connection_failed' };
  }
}

async function read(response: Response): Promise<Ack> {
  const text = await response.text();
  if (response.ok) return { kind: 'acked', body: parseJson(text) ?? text };
  const isFinal = response.headers.get('x-slack-no-retry') === '1';
  return { kind: 'failed', reason: 'http_error', isFinal };
}

function encode(kind: PayloadKind, payload: Json): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const fields = Object.keys(payload).map((key): [string, string] => [key, textIn(payload, key)]);
  return new URLSearchParams(fields).toString();
}

function retryHeaders(retry: Retry | undefined): Record<string, string> {
  if (retry === undefined) return {};
  return { 'x-slack-retry-num': String(retry.attempt), 'x-slack-retry-reason': retry.reason };
}
