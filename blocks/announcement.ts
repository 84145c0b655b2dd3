/** What the rest of the company sees: one message in the announcement channel, edited as the incident moves. */
import type { Order } from '../src/core/containment.js';
import type { Incident } from '../src/core/incident.js';
import { channelLink, join, say, mention, quote, timeText, type Mrkdwn } from './escape.js';
import { headline } from './incident-card.js';
import { context, header, section, surface } from './parts.js';
import { pagerLines, umbrellaLine } from './reach-lines.js';
import type { Rendered } from './rendered.js';
import { agentText, tripwireText } from './words.js';

export interface AnnouncementState {
  readonly incident: Incident;
  readonly orders: readonly Order[];
  /** The incident's own channel; null while it has none, or the workspace refused one. */
  readonly channelId: string | null;
}

export function announcement(state: AnnouncementState): Rendered {
  const { incident } = state;
  return surface({
    text: say`${headline(state)}: ${incident.title}`,
    blocks: [
      header(headline(state)),
      section(
        join(
          [
            quote(incident.title, 300),
            say`Agent ${agentText(incident)} · ${tripwireText(incident)}`,
            where(state),
            ...umbrellaLine(incident),
            ...pagerTrouble(incident),
            ...glassLines(state),
            ...latestUpdate(incident),
          ],
          '\n',
        ),
      ),
      context(say`opened ${timeText(incident.openedAt)} · commander: ${commander(incident)}`),
    ],
    drill: incident.kind === 'drill',
  });
}

/** Only what people outside the response could do something about: a pager that wakes nobody. */
function pagerTrouble(incident: Incident): Mrkdwn[] {
  const pagers = incident.pagers.filter(({ failing, toldAt }) => failing !== null && toldAt === null);
  return pagerLines({ ...incident, pagers });
}

/** Somebody without a role has stopped agents: said to everybody until it is reviewed. */
function glassLines({ orders }: AnnouncementState): Mrkdwn[] {
  return orders
    .filter(({ breakGlass, reviewed }) => breakGlass && reviewed === null)
    .map(
      ({ haltId, orderedBy }) =>
        say`🔨 *BREAK-GLASS*: ${haltId} was ordered by ${mention(orderedBy)} without a role, not reviewed yet`,
    );
}

function latestUpdate({ updates }: Incident): Mrkdwn[] {
  const latest = updates.at(-1);
  return latest === undefined ? [] : [say`📣 ${timeText(latest.at)}: ${latest.text.slice(0, 300)}`];
}

function where({ incident, channelId }: AnnouncementState): Mrkdwn {
  if (incident.status === 'closed')
    return channelId === null ? say`Closed` : say`It was worked in ${channelLink(channelId)}`;
  if (channelId !== null) return say`Work goes on in ${channelLink(channelId)}`;
  const refused = incident.degraded.some(({ part }) => part === 'channel');
  return refused ? say`No channel could be made: work goes on here` : say`A channel is being made`;
}

function commander({ roles }: Incident): Mrkdwn {
  const holder = roles['incident-commander'];
  return holder === undefined ? say`nobody yet` : mention(holder);
}
