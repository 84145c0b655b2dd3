/** The page again in the incident's channel, so that others see who was called and whether somebody answered. */
import type { Incident, Page } from '../src/core/incident.js';
import { ACTION } from './action-ids.js';
import { join, say, mention, timeText, type Mrkdwn } from './escape.js';
import { answer } from './page.js';
import { buttons, context, section, surface, when, type Press } from './parts.js';
import type { Rendered } from './rendered.js';
import { peopleText } from './words.js';

export interface PageMentionState {
  readonly incident: Incident;
  readonly page: Page;
}

export function pageMention({ incident, page }: PageMentionState): Rendered {
  const press: Press = {
    words: 'I’m on it',
    action: ACTION.acknowledge,
    value: { incident: incident.name },
    style: 'primary',
  };
  const isOpen = incident.chain.acknowledgement === null && incident.status !== 'closed';
  const called = say`📟 ${peopleText(page.users)} ${isSent(page) ? 'paged' : 'being paged'} as *${page.role}*`;
  return surface({
    text: say`${called} for ${incident.name}`,
    blocks: [
      section(join([called, answer(incident), ...failures(page)], '\n')),
      ...buttons(when(isOpen, press)),
      context(say`page ${page.attempt} · ordered ${timeText(page.orderedAt)}`),
    ],
    drill: incident.kind === 'drill',
  });
}

/** To everybody whom Slack did not refuse: before that, a page is only on its way. */
function isSent({ users, sentTo, failures: failed }: Page): boolean {
  const settled = new Set([...sentTo, ...failed].map(({ userId }) => userId));
  return users.every((userId) => settled.has(userId));
}

function failures({ failures: failed }: Page): Mrkdwn[] {
  return failed
    .slice(0, 10)
    .map(
      ({ userId, error }) =>
        say`⚠️ ${userId === null ? say`nobody` : mention(userId)} could not be reached: ${error}`,
    );
}
