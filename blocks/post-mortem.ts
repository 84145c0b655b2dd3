/** The message that the post-mortem's file and summary hang from. */
import type { Incident } from '../src/core/incident.js';
import { ACTION } from './action-ids.js';
import { join, say, quote, timeText } from './escape.js';
import { buttons, context, header, section, surface, when, type Press } from './parts.js';
import type { Rendered } from './rendered.js';
import { agentText, count } from './words.js';

export interface PostMortemState {
  readonly incident: Incident;
  /** Titles of the sections that people still have to fill. */
  readonly openSections: readonly string[];
}

export function postMortemMessage({ incident, openSections }: PostMortemState): Rendered {
  const permalink = incident.postMortem?.permalink ?? null;
  const press: Press = {
    words: 'Open the draft',
    action: ACTION.openPostMortem,
    value: { incident: incident.name },
    ...(permalink === null ? {} : { url: permalink }),
  };
  const shown = openSections.slice(0, 20).map((title) => say`• ${title}`);
  return surface({
    text: say`Post-mortem of ${incident.name}: draft from the journal`,
    blocks: [
      header(`📝 Post-mortem of ${incident.name}`),
      section(
        join(
          [
            quote(incident.title, 300),
            say`Agent ${agentText(incident)}. Drafted from the journal alone; the file and a summary are in this thread.`,
            ...when(
              openSections.length > 0,
              say`*${count(openSections.length, 'section')} for people to fill:*`,
            ),
            ...shown,
            ...when(openSections.length > 20, say`… ${openSections.length - 20} more`),
          ],
          '\n',
        ),
      ),
      ...buttons(when(permalink !== null, press)),
      context(
        say`${incident.closedAt === null ? 'not closed' : say`closed ${timeText(incident.closedAt)}`} · draft ${(incident.postMortem?.digest ?? '').slice(0, 16)}`,
      ),
    ],
    drill: incident.kind === 'drill',
  });
}
