/** PagerDuty by its Events API v2. 202 is the only yes; 400 is for good; 429 and 5xx pass. */
import { exchange } from '../../outgoing/exchange.js';
import { answerOf, type Manners } from '../answer.js';
import type { Pager, PagerAnswer } from '../types.js';
import { eventOf } from './event.js';

export interface PagerDutyOptions {
  readonly routingKey: string;
  readonly eventsUrl: string;
  readonly timeoutMs: number;
}

const MANNERS: Manners = {
  isAccepted: (status) => status === 202,
  isRefusal: (status) => status === 400 || status === 413,
};

/** Never triggered, so that resolving it changes nothing for anybody. */
const PROBE_KEY = 'haltline:doctor';

export function createPagerDuty({ routingKey, eventsUrl, timeoutMs }: PagerDutyOptions): Pager {
  const post = async (body: string): Promise<PagerAnswer> => {
    const headers = {
      accept: 'application/json',
      'user-agent': 'haltline',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    };
    return answerOf(await exchange({ url: eventsUrl, method: 'POST', headers, body, timeoutMs }), MANNERS);
  };
  return {
    name: 'pagerduty',
    send: (message) => post(eventOf(message, routingKey)),
    probe: () =>
      post(JSON.stringify({ routing_key: routingKey, event_action: 'resolve', dedup_key: PROBE_KEY })),
  };
}
