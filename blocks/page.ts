/** The direct message that wakes one person. */
import type { Order } from '../src/core/containment.js';
import type { Incident, Page } from '../src/core/incident.js';
import { ACTION } from './action-ids.js';
import { channelLink, join, say, quote, timeText, type Mrkdwn } from './escape.js';
import { haltPresses, headline } from './incident-card.js';
import { buttons, context, header, section, surface, when, type Press } from './parts.js';
import type { Rendered } from './rendered.js';
import { acknowledgedBy, agentText, tripwireText } from './words.js';

export interface PageState {
  readonly incident: Incident;
  readonly page: Page;
  readonly orders: readonly Order[];
  readonly channelId: string | null;
}

export function pageMessage(state: PageState): Rendered {
  const { incident, page } = state;
  return surface({
    text: say`${incident.name} ${incident.severity.toUpperCase()}: you are paged as ${page.role}. ${incident.title}`,
    blocks: [
      header(`📟 ${headline(state)}`),
      section(
        join(
          [
            say`You are paged as *${page.role}*: agent *${agentText(incident)}*, ${tripwireText(incident)}`,
            quote(incident.title, 300),
          ],
          '\n',
        ),
      ),
      section(answer(incident)),
      ...buttons(presses(state)),
      context(say`page ${page.attempt} · ordered ${timeText(page.orderedAt)} · ${where(state)}`),
    ],
    drill: incident.kind === 'drill',
  });
}

/** Who has it, or that nobody has. */
export function answer({ chain, status }: Incident): Mrkdwn {
  if (chain.acknowledgement === null && status === 'closed') return say`Closed without an acknowledgement.`;
  if (chain.acknowledgement === null) return say`*Nobody is on it yet.*`;
  return say`✅ Acknowledged ${timeText(chain.acknowledgement.at)}, ${acknowledgedBy(chain.acknowledgement)}`;
}

function presses({ incident, orders }: PageState): Press[] {
  if (incident.status === 'closed') return [];
  const isUnanswered = incident.chain.acknowledgement === null;
  const acknowledge: Press = {
    words: 'I’m on it',
    action: ACTION.acknowledge,
    value: { incident: incident.name },
    style: 'primary',
  };
  return [...when(isUnanswered, acknowledge), ...haltPresses({ incident, orders })];
}

function where({ channelId, incident }: PageState): Mrkdwn {
  return channelId === null ? say`${incident.channelName}` : channelLink(channelId);
}
