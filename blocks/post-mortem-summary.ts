/** The post-mortem in one message: chain, containment, rollback. In the thread, under the file. */
import type { ActionClass } from '../src/core/action-class.js';
import type { Order } from '../src/core/containment.js';
import { gapsOf } from '../src/core/detection-chain.js';
import type { Incident } from '../src/core/incident.js';
import { chainLines, LINK_WORDS } from './chain-lines.js';
import { join, say, type Mrkdwn } from './escape.js';
import { orderLine } from './halt-words.js';
import { context, section, surface } from './parts.js';
import type { Rendered } from './rendered.js';
import { rollbackProgress } from './rollback-progress.js';
import { durationText, UNKNOWN } from './words.js';

export interface PostMortemSummaryState {
  readonly incident: Incident;
  readonly orders: readonly Order[];
  readonly profiles: ReadonlyMap<string, ActionClass>;
}

export function postMortemSummary({ incident, orders, profiles }: PostMortemSummaryState): Rendered {
  const { done, total, verified, checklists } = rollbackProgress(incident.checklists, profiles);
  const upstream =
    incident.declared === null
      ? []
      : [say`⚠️ No tripwire saw it: the missing one belongs into the tripwire delta.`];
  return surface({
    text: say`Summary of ${incident.name}`,
    blocks: [
      section(join([chainLines(incident.chain), ...upstream], '\n')),
      section(join([say`*Gaps*`, ...gapLines(incident)], '\n')),
      section(
        join(
          [
            say`*Containment*`,
            ...(orders.length === 0 ? [say`No halt was ordered.`] : orders.map(orderLine)),
          ],
          '\n',
        ),
      ),
      section(say`*Rollback*\n${done}/${total} steps · ${verified} of ${checklists} checklists verified`),
      context(say`${incident.name} · from the journal alone`),
    ],
    drill: incident.kind === 'drill',
  });
}

function gapLines({ chain }: Incident): Mrkdwn[] {
  return gapsOf(chain).map(({ from, to, ms, points }) => {
    const length = ms === null ? UNKNOWN : say`${durationText(ms)}`;
    return say`• ${LINK_WORDS[from]} → ${LINK_WORDS[to]}: ${length}. Points to ${points}.`;
  });
}
