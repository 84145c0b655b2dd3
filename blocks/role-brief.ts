/** What somebody who takes a role has to do, in private. */
import type { Incident } from '../src/core/incident.js';
import { channelLink, lines, say, type Mrkdwn } from './escape.js';
import { context, header, section, surface } from './parts.js';
import type { Rendered } from './rendered.js';

export interface RoleBriefState {
  readonly incident: Incident;
  readonly title: string;
  /** From roles.yml. */
  readonly duties: string;
  readonly channelId: string | null;
}

export function roleBrief({ incident, title, duties, channelId }: RoleBriefState): Rendered {
  const where: Mrkdwn = channelId === null ? say`${incident.channelName}` : channelLink(channelId);
  return surface({
    text: say`You are ${title} of ${incident.name}`,
    blocks: [
      header(`🎽 ${title} of ${incident.name}`),
      section(lines(duties)),
      context(say`${where} · \`/incident role\` hands it on`),
    ],
    drill: incident.kind === 'drill',
  });
}
