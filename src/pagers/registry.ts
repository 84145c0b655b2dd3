/** Makes the pagers that the environment configures. A new kind is a branch here and a folder. */
import { isOutgoingUrl } from '../core/outgoing-url.js';
import { keyOf } from '../outgoing/sign-webhook.js';
import { createPagerDuty } from './pagerduty/index.js';
import type { Pager, Pagers } from './types.js';
import { createWebhookPager } from './webhook/index.js';

/** As the environment has it; null where it is not set. */
export interface PagerSettings {
  readonly pagerduty: { readonly routingKey: string; readonly eventsUrl: string } | null;
  readonly webhook: { readonly url: string; readonly secret: string } | null;
}

export interface PagerParts {
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
}

/** Long enough for a slow service, short enough for several tries within the first minute. */
const TIMEOUT_MS = 5_000;
const ROUTING_KEY = /^[A-Za-z0-9_-]{32}$/u;
const HTTPS = 'must be an https address without user and password (http for localhost only)';

/** `faults` has a sentence for each pager that cannot be used, and what to do about it. */
export function createPagers(
  settings: PagerSettings,
  parts: PagerParts,
): { pagers: Pagers; faults: readonly string[] } {
  const made = [pagerDuty(settings, parts), webhook(settings, parts)];
  const pagers = made.filter((each): each is Pager => typeof each === 'object');
  return {
    pagers: new Map(pagers.map((pager) => [pager.name, pager])),
    faults: made.filter((each) => typeof each === 'string'),
  };
}

function pagerDuty(
  { pagerduty }: PagerSettings,
  { timeoutMs = TIMEOUT_MS }: PagerParts,
): Pager | string | undefined {
  if (pagerduty === null) return undefined;
  if (!ROUTING_KEY.test(pagerduty.routingKey))
    return 'PAGERDUTY_ROUTING_KEY must be the 32 characters of an Events API v2 integration: copy its "Integration Key".';
  if (!isOutgoingUrl(pagerduty.eventsUrl)) return `PAGERDUTY_EVENTS_URL ${HTTPS}.`;
  return createPagerDuty({ ...pagerduty, timeoutMs });
}

function webhook(
  { webhook: wanted }: PagerSettings,
  { nowMs, timeoutMs = TIMEOUT_MS }: PagerParts,
): Pager | string | undefined {
  if (wanted === null) return undefined;
  const secrets = wanted.secret.split(/[\s,]+/u).filter((each) => each !== '');
  const keys = secrets.flatMap((each) => keyOf(each) ?? []);
  if (!isOutgoingUrl(wanted.url)) return `HALTLINE_PAGER_WEBHOOK_URL ${HTTPS}.`;
  if (keys.length === 0 || keys.length < secrets.length)
    return 'HALTLINE_PAGER_WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes, or two of these separated by a comma while it is changed: try `echo whsec_$(openssl rand -base64 32)`.';
  return createWebhookPager({ url: wanted.url, keys, nowMs, timeoutMs });
}
