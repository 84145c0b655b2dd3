/**
 * Tells pagers what the outbox holds, until they have taken it. Killed at any instant it begins anew, with the same
 * dedup key and message id: the other side takes it for the same page.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.js';
import type { Incident } from '../../core/incident.js';
import { pagerKeyOf, pagerSummaryOf } from '../../core/pager-report.js';
import type { PagerLink, PagerMessage, Pagers } from '../../pagers/types.js';
import type { EffectRow } from '../../store/types.js';
import type { Deps } from '../deps.js';
import type { Effector, Outcome } from '../outbox/outbox-types.js';
import { readIncident } from '../incidents/read-incident.js';
import { recordPagerNo, recordPagerYes } from './record-pager.js';
import { PAGER_EFFECT, PagerJob } from './tell-pagers.js';

/** What the outbox calls. */
export function pagerEffectors(deps: Deps, pagers: Pagers): Readonly<Record<string, Effector>> {
  return { [PAGER_EFFECT]: (effect) => drive(deps, pagers, effect) };
}

async function drive(deps: Deps, pagers: Pagers, effect: EffectRow): Promise<Outcome> {
  const job = PagerJob.parse(effect.payload);
  const { incident } = await readIncident(deps.store, job.incident);
  if (isOvertaken(incident, job)) return { kind: 'done' };
  const pager = pagers.get(job.pager);
  const answer = await (pager?.send(messageOf(deps, incident, job)) ?? NOT_CONFIGURED);
  switch (answer.kind) {
    case 'accepted':
      await recordPagerYes(deps, effect, job);
      return { kind: 'done' };
    case 'refused':
      await recordPagerNo(deps, effect, { job, error: answer.error, final: true });
      return { kind: 'drop', error: answer.error };
    case 'failed':
      await recordPagerNo(deps, effect, { job, error: answer.error, final: false });
      return { kind: 'retry', afterMs: answer.retryAfterMs, error: answer.error, began: true };
  }
}

const NOT_CONFIGURED = { kind: 'refused', error: 'no longer configured' } as const;

/**
 * Nobody is woken for what somebody works already. The acknowledgement behind it is sent all the same: an earlier try
 * may have got through without our hearing of it.
 */
function isOvertaken({ chain, closedAt, pagers }: Incident, { verb, pager, pageId }: PagerJob): boolean {
  const isTaken = pagers.some(
    (each) => each.pager === pager && pageId !== null && each.accepted.includes(pageId),
  );
  return verb === 'trigger' && (isTaken || chain.acknowledgement !== null || closedAt !== null);
}

function messageOf({ plane }: Deps, incident: Incident, job: PagerJob): PagerMessage {
  const { name, agentId, tripwire, severity, openedAt, chain } = incident;
  const page = incident.pages.find(({ pageId }) => pageId === job.pageId);
  const { planeId } = plane.current();
  return {
    verb: job.verb,
    incident: name,
    dedupKey: pagerKeyOf(incident),
    messageId: messageIdOf({ planeId, ...job }),
    summary: pagerSummaryOf(incident),
    severity,
    agent: agentId,
    tripwire,
    role: page?.role ?? null,
    attempt: page?.attempt ?? null,
    at: job.at,
    openedAt,
    actionAt: chain.action?.at ?? null,
    triggeredAt: chain.trigger?.at ?? null,
    links: linksOf(incident),
  };
}

function messageIdOf(of: object): string {
  return `hl_${createHash('sha256').update(canonicalJson(of)).digest('hex').slice(0, 40)}`;
}

/** A storm's alerts have thousands: whoever is paged needs the first few, and finds the others in the channel. */
const MOST_LINKS = 10;

function linksOf({ channelId, alerts }: Incident): PagerLink[] {
  const channel =
    channelId === null
      ? []
      : [{ href: `https://slack.com/app_redirect?channel=${channelId}`, text: 'Incident channel in Slack' }];
  const links = new Map<string, PagerLink>();
  for (const { link, source } of alerts) {
    if (links.size === MOST_LINKS) break;
    if (link !== null && !links.has(link)) links.set(link, { href: link, text: `Alert in ${source}` });
  }
  return [...channel, ...links.values()];
}
