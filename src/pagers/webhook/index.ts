/**
 * Pages as a webhook, signed as Standard Webhooks asks, for whatever pages people in a house. Any 2xx is a yes; 410
 * says that nobody is there any more. The contract with the other side is in `runbooks/README.md`.
 */
import type { PagerVerb } from '../../core/pager.js';
import { exchange } from '../../outgoing/exchange.js';
import { signatureHeaders } from '../../outgoing/sign-webhook.js';
import { answerOf, type Manners } from '../answer.js';
import type { Pager, PagerAnswer, PagerMessage } from '../types.js';

export interface WebhookPagerOptions {
  readonly url: string;
  /** Several while the secret is changed. */
  readonly keys: readonly Buffer[];
  readonly nowMs: () => number;
  readonly timeoutMs: number;
}

const MANNERS: Manners = {
  isAccepted: (status) => status >= 200 && status < 300,
  isRefusal: (status) => status === 400 || status === 410 || status === 413 || status === 422,
};

const TYPE: Readonly<Record<PagerVerb, string>> = {
  trigger: 'page.ordered',
  acknowledge: 'page.acknowledged',
  resolve: 'incident.closed',
};

export function createWebhookPager({ url, keys, nowMs, timeoutMs }: WebhookPagerOptions): Pager {
  const post = async (messageId: string, body: string): Promise<PagerAnswer> => {
    const headers = {
      ...signatureHeaders(keys, { messageId, atMs: nowMs(), body }),
      accept: 'application/json',
      'user-agent': 'haltline',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    };
    return answerOf(await exchange({ url, method: 'POST', headers, body, timeoutMs }), MANNERS);
  };
  return {
    name: 'webhook',
    send: (message) => post(message.messageId, bodyOf(message)),
    probe: () =>
      post(
        `hl_probe_${nowMs()}`,
        JSON.stringify({ type: 'pager.probed', timestamp: new Date(nowMs()).toISOString(), data: {} }),
      ),
  };
}

function bodyOf({ verb, messageId: _, ...data }: PagerMessage): string {
  return JSON.stringify({ type: TYPE[verb], timestamp: data.at, data });
}
