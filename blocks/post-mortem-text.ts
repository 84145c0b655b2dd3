import type { Incident } from '../src/core/incident.js';
import { lines, say, split } from './escape.js';
import { section, surface } from './parts.js';
import type { Rendered } from './rendered.js';

/** Under the 3,000 characters of a section, so that nothing is cut. */
const PIECE_MAX = 2_900;

/** The post-mortem as messages, for a workspace that takes no files. */
export function postMortemText(incident: Incident, markdown: string): Rendered[] {
  const pieces = split(lines(withoutEntities(markdown)), PIECE_MAX);
  return pieces.map((piece, index) =>
    surface({
      text: say`Post-mortem of ${incident.name}, part ${index + 1} of ${pieces.length}`,
      blocks: [section(piece)],
      drill: incident.kind === 'drill',
    }),
  );
}

/** Markdown writes `<` as an entity; `lines` writes it again, and readers should not see the one inside the other. */
function withoutEntities(markdown: string): string {
  return markdown.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
