/** Who was reached besides Slack, and what an incident shares with others: lines of the card and the announcement. */
import type { Instant } from '../src/core/ids.js';
import type { Incident } from '../src/core/incident.js';
import { pagerTitle, type PagerDelivery, type PagerTrouble } from '../src/core/pager.js';
import { openMembers, type Member } from '../src/core/umbrella.js';
import { join, say, timeText, type Mrkdwn } from './escape.js';
import { when } from './parts.js';
import { count } from './words.js';

/** More members than these are a number; the status and the API list all of them. */
const MEMBERS_SHOWN = 12;

type Paged = Pick<Incident, 'pagers' | 'chain' | 'closedAt'>;

/** One line a pager: that it took the page, or loudly that it did not. Never "told" before it said yes. */
export function pagerLines({ pagers, chain, closedAt }: Paged): Mrkdwn[] {
  // From then on no page is sent any more, taken or not.
  const isOver = chain.acknowledgement !== null || closedAt !== null;
  return pagers.flatMap((delivery) => {
    const { failing, toldAt } = delivery;
    const isGivenUp = isOver && toldAt === null;
    return [
      ...when(
        failing === null || toldAt !== null,
        isGivenUp ? notConfirmed(delivery) : toldLine(delivery, closedAt),
      ),
      ...(failing === null ? [] : [troubleLine(delivery, { ...failing, isOver })]),
    ];
  });
}

function toldLine({ pager, toldAt, orderedAt, said }: PagerDelivery, closedAt: Instant | null): Mrkdwn {
  if (toldAt === null)
    return say`⏳ ${pagerTitle(pager)} has not taken the page of ${timeText(orderedAt)} yet`;
  return say`📟 ${pagerTitle(pager)} took the page ${timeText(toldAt)}${saidText(closedAt === null ? said : null)}`;
}

/** What makes the other side look different from this one. */
function saidText(said: PagerDelivery['said']): Mrkdwn {
  if (said?.news === 'resolved') return say` · resolved there ${timeText(said.at)}, this incident is not`;
  if (said?.news === 'unacknowledged') return say` · nobody is on it there since ${timeText(said.at)}`;
  return say``;
}

/** A page that was under way may have come through all the same. */
function notConfirmed({ pager }: PagerDelivery): Mrkdwn {
  return say`📟 ${pagerTitle(pager)} has not said that it took the page, and is not asked to any more`;
}

function troubleLine(
  { pager, toldAt }: PagerDelivery,
  { verb, error, attempts, since, final, isOver }: PagerTrouble & { readonly isOver: boolean },
): Mrkdwn {
  const title = pagerTitle(pager);
  if (isOver && verb === 'trigger')
    return say`⚠️ ${title} did not confirm ${toldAt === null ? 'the page' : 'a further page'} (${error}, since ${timeText(since)}), and is not asked to any more`;
  const what = verb === 'trigger' ? 'page' : verb === 'acknowledge' ? 'acknowledgement' : 'closing';
  const advice = verb === 'trigger' && toldAt === null ? say` *Nobody is paged there: call people.*` : say``;
  const end = final ? say`refused for good` : say`tried ${count(attempts, 'time')}, and tried on`;
  return say`🚨 *${title} does not take the ${what}*: ${error}, since ${timeText(since)}, ${end}.${advice}`;
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
