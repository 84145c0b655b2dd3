/** A word to everybody who follows the incident: posted, not edited, so that it reaches them. */
import { statusWords } from '../src/core/incident-words.js';
import type { Incident, Update } from '../src/core/incident.js';
import { mention, quote, say, timeText } from './escape.js';
import { context, section, surface } from './parts.js';
import type { Rendered } from './rendered.js';

export interface IncidentUpdate {
  readonly incident: Incident;
  readonly update: Update;
}

export function incidentUpdate({ incident, update }: IncidentUpdate): Rendered {
  const standing = `${incident.name} · ${incident.severity.toUpperCase()} · ${statusWords(incident)}`;
  return surface({
    text: say`📣 ${standing}: ${update.text}`,
    blocks: [
      section(say`📣 *${standing}*\n${quote(update.text)}`),
      context(say`by ${mention(update.by)} ${timeText(update.at)}`),
    ],
    drill: incident.kind === 'drill',
  });
}
