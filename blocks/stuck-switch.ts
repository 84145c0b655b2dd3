/** A lift that has not reached every kill switch: agents that everybody believes to be running may be stopped. */
import { actuatorNotes, isStuck } from '../src/core/actuator.js';
import type { Order, PointState } from '../src/core/containment.js';
import { describeScope } from '../src/core/halt.js';
import type { Instant } from '../src/core/ids.js';
import { join, say, timeText, type Mrkdwn } from './escape.js';
import { context, header, section, surface, when } from './parts.js';
import type { Rendered } from './rendered.js';

export interface StuckSwitchState {
  readonly order: Order;
  readonly now: Instant;
}

/** A section holds 3,000 characters; the rows that matter come first. */
const ROWS = 12;

export function stuckSwitchMessage({ order, now }: StuckSwitchState): Rendered {
  const switches = order.points.filter(({ kind }) => kind === 'actuator');
  const rows = switches.toSorted((a, b) => Number(isStuck(b)) - Number(isStuck(a)));
  const symbol = switches.some(isStuck) ? '🚨' : '🟢';
  const sentence = sentenceOf(order, switches.filter(isStuck).length);
  const more = when(rows.length > ROWS, say`… ${rows.length - ROWS} more`);
  return surface({
    text: say`${symbol} ${order.haltId} ${describeScope(order.scope)}: ${sentence}`,
    blocks: [
      header(`${symbol} ${order.haltId} · kill switches after the lift`),
      section(join([sentence, ...rows.slice(0, ROWS).map(rowLine), ...more], '\n')),
      context(say`${timeText(now)} · where it stays so, ask the vendor`),
    ],
    drill: order.drill,
  });
}

function sentenceOf({ haltId }: Order, stuck: number): Mrkdwn {
  if (stuck === 0) return say`${haltId} is lifted, and no kill switch is known to be stuck any more.`;
  const which = stuck === 1 ? 'a kill switch' : `${stuck} kill switches`;
  return say`${haltId} is lifted, and ${which} may still hold an agent. The lift stands; Haltline goes on trying where it can.`;
}

function rowLine(point: PointState): Mrkdwn {
  const { measured: _, ...unmeasured } = point;
  const notes = actuatorNotes(unmeasured).join(' · ') || 'not answered yet';
  return say`${symbolOf(point)} *${point.agentId}* ${point.instance.slice(0, 60)}: ${notes}`;
}

function symbolOf(point: PointState): string {
  if (isStuck(point)) return '🔴';
  return point.released === undefined ? '⏳' : '✅';
}
