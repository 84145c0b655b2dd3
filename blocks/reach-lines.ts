/** Who was reached besides Slack, and what an incident shares with others: lines of the card and the announcement. */
import type { Incident } from '../src/core/incident.js';
import { pagerTitle, type PagerDelivery, type PagerTrouble } from '../src/core/pager.js';
import { openMembers, type Member } from '../src/core/umbrella.js';
import { join, say, timeText, type Mrkdwn } from './escape.js';
import { when } from './parts.js';
import { count } from './words.js';

/** More members than these are a number; the status and the API list all of them. */
const MEMBERS_SHOWN = 12;

/** One line a pager: that it took the page, or loudly that it did not. Never "told" before it said yes. */
export function pagerLines({ pagers }: Pick<Incident, 'pagers'>): Mrkdwn[] {
  return pagers.flatMap((delivery) => [
    ...when(delivery.failing === null || delivery.toldAt !== null, toldLine(delivery)),
    ...(delivery.failing === null ? [] : [troubleLine(delivery, delivery.failing)]),
  ]);
}

function toldLine({ pager, toldAt, orderedAt }: PagerDelivery): Mrkdwn {
  if (toldAt === null)
    return say`⏳ ${pagerTitle(pager)} has not taken the page of ${timeText(orderedAt)} yet`;
  return say`📟 ${pagerTitle(pager)} took the page ${timeText(toldAt)}`;
}

function troubleLine({ pager, toldAt }: PagerDelivery, trouble: PagerTrouble): Mrkdwn {
  const { verb, error, attempts, since, final } = trouble;
  const what = verb === 'trigger' ? 'page' : verb === 'acknowledge' ? 'acknowledgement' : 'closing';
  const advice = verb === 'trigger' && toldAt === null ? say` *Nobody is paged there: call people.*` : say``;
  const end = final ? say`refused for good` : say`tried ${count(attempts, 'time')}, and tried on`;
  return say`🚨 *${pagerTitle(pager)} does not take the ${what}*: ${error}, since ${timeText(since)}, ${end}.${advice}`;
}

/** Both ways: the umbrella names its members, a member its umbrella. */
export function umbrellaLines({ isUmbrella, members, umbrella }: Incident): Mrkdwn[] {
  if (isUmbrella) return membersLines(members);
  if (umbrella === null) return [];
  if (umbrella.closedAt !== null)
    return [
      say`☂️ Was below the umbrella *${umbrella.incident}*, closed ${timeText(umbrella.closedAt)}. This one is not.`,
    ];
  const how = umbrella.ownChannel ? say`` : say`: worked in its channel and paged with it`;
  return [say`☂️ Below the umbrella *${umbrella.incident}*${how}`];
}

function membersLines(members: readonly Member[]): Mrkdwn[] {
  const open = openMembers(members);
  const shown = open
    .slice(0, MEMBERS_SHOWN)
    .map(({ incident, agent }) => say`${incident} ${(agent ?? 'unknown agent').slice(0, 60)}`);
  const more = when(open.length > MEMBERS_SHOWN, say`… ${open.length - MEMBERS_SHOWN} more`);
  return [
    say`☂️ *Umbrella of ${count(members.length, 'incident')}*, ${members.length - open.length} of them closed`,
    ...when(open.length > 0, join([...shown, ...more], ' · ')),
  ];
}

/** The same in a few words, for those who only follow. */
export function umbrellaLine({ isUmbrella, members, umbrella }: Incident): Mrkdwn[] {
  if (isUmbrella) return membersLines(members).slice(0, 1);
  return umbrella === null ? [] : [say`☂️ Below the umbrella *${umbrella.incident}*`];
}
