/**
 * A kill switch behind a webhook, signed as Standard Webhooks asks. The contract with the other side is in
 * `runbooks/README.md`.
 */
import type { Actuator, ActuatorOrder } from '../types.js';
import { meaningOf } from './answer.js';
import { exchange } from '../../outgoing/exchange.js';
import { signatureHeaders } from '../../outgoing/sign-webhook.js';

export interface WebhookOptions {
  readonly pointId: string;
  readonly agentId: string;
  readonly name: string;
  readonly url: string;
  readonly statusUrl: string | null;
  readonly key: Buffer;
  readonly nowMs: () => number;
  readonly timeoutMs: number;
}

/** Long enough for a slow vendor, short enough for six tries within the half minute. */
export const WEBHOOK_TIMEOUT_MS = 5_000;

export function createWebhook(options: WebhookOptions): Actuator {
  const { pointId, url, statusUrl, timeoutMs } = options;
  const ask = async (
    request: { method: 'GET' | 'POST'; url: string; messageId: string; body: string },
    signal: AbortSignal | undefined,
  ) => {
    const { method, messageId, body } = request;
    const headers = {
      ...signatureHeaders([options.key], { messageId, atMs: options.nowMs(), body }),
      accept: 'application/json',
      'user-agent': 'haltline',
      ...(body !== '' && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
      }),
    };
    return meaningOf(await exchange({ url: request.url, method, headers, body, timeoutMs, signal }));
  };
  const tell = (type: 'halt.ordered' | 'halt.lifted', order: ActuatorOrder, signal?: AbortSignal) =>
    ask({ method: 'POST', url, messageId: order.messageId, body: bodyOf(options, type, order) }, signal);
  return {
    pointId,
    halt: (order, signal) => tell('halt.ordered', order, signal),
    release: (order, signal) => tell('halt.lifted', order, signal),
    poll:
      statusUrl === null
        ? null
        : (signal) =>
            ask({ method: 'GET', url: statusUrl, messageId: `status_${options.nowMs()}`, body: '' }, signal),
  };
}

function bodyOf(
  { agentId, name }: WebhookOptions,
  type: 'halt.ordered' | 'halt.lifted',
  { haltId, scope, mode, reasonDigest, at, sequence }: ActuatorOrder,
): string {
  return JSON.stringify({
    type,
    haltId,
    agentId,
    actuator: name,
    scope,
    mode,
    reasonDigest,
    at,
    sequence,
  });
}
