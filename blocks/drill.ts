/** Drills: the reminder that one is due, the list, and how one went. */
import type { DrillScore } from '../src/core/drill.js';
import type { Instant } from '../src/core/ids.js';
import { ACTION } from './action-ids.js';
import { join, lines, say, quote, timeText, type Mrkdwn } from './escape.js';
import { button, buttons, context, header, section, surface, when } from './parts.js';
import type { Rendered } from './rendered.js';

/** A drill of the runbooks, as far as messages show it. */
export interface DrillEntry {
  readonly id: string;
  readonly title: string;
  readonly scenario: string;
  readonly objectives: readonly string[];
  /** When it was last run; null for never. */
  readonly lastRunAt: Instant | null;
}

/** Posted by schedule into the drill's channel. `bucket` is the period it is due in, like `2026-Q4`. */
export function drillReminder({ drill, bucket }: { drill: DrillEntry; bucket: string }): Rendered {
  return surface({
    text: say`Due: ${drill.title}`,
    blocks: [
      header(`DRILL due · ${drill.title}`),
      section(join([quote(drill.scenario, 600), say`*It shows whether*`, ...objectives(drill)], '\n')),
      ...buttons([
        { words: 'Start drill', action: ACTION.startDrill, value: { drillId: drill.id }, style: 'primary' },
      ]),
      context(say`${drill.id} · due ${bucket} · ${lastRun(drill)}`),
    ],
    drill: true,
  });
}

function objectives(drill: DrillEntry): Mrkdwn[] {
  const shown = drill.objectives.slice(0, 12).map((objective) => say`• ${objective}`);
  return [...shown, ...when(drill.objectives.length > 12, say`… ${drill.objectives.length - 12} more`)];
}

function lastRun({ lastRunAt }: DrillEntry): Mrkdwn {
  return lastRunAt === null ? say`never run` : say`last run ${timeText(lastRunAt)}`;
}

const LISTED = 20;

/** `/drill list`. */
export function drillList(drills: readonly DrillEntry[]): Rendered {
  const rows = drills
    .slice(0, LISTED)
    .map((drill) =>
      section(
        say`*${drill.title}* \`${drill.id}\`\n${drill.scenario} (${lastRun(drill)})`,
        button({ words: 'Start drill', action: ACTION.startDrill, value: { drillId: drill.id } }),
      ),
    );
  return surface({
    text: say`${drills.length} drills`,
    blocks: [
      header('Drills'),
      ...rows,
      ...when(drills.length === 0, section(say`There is no drill in \`runbooks/drills/\`.`)),
      ...when(drills.length > LISTED, context(say`… ${drills.length - LISTED} more`)),
    ],
    drill: false,
  });
}

/** `/drill score`. */
export function drillScore(score: DrillScore): Rendered {
  const rows = score.lines.map(
    ({ what, met, figure }) => say`${met === null ? '❔' : met ? '✅' : '❌'} ${what}: ${figure}`,
  );
  const met = score.lines.filter((line) => line.met === true).length;
  return surface({
    text: say`${score.incident}: ${met} of ${score.lines.length} met`,
    blocks: [
      header(`${score.incident} · ${met} of ${score.lines.length} met`),
      section(rows.length === 0 ? lines('Nothing was measured yet.') : join(rows, '\n')),
    ],
    drill: true,
  });
}
