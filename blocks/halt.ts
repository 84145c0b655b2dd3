/** The live board of one order. It never says more than was proven: silence is shown as silence. */
import {
  clockSeconds,
  CONTAINMENT_TARGET_SECONDS,
  isSettled,
  type Order,
  type PointState,
} from '../src/core/containment.js';
import { describeScope } from '../src/core/halt.js';
import type { Instant } from '../src/core/ids.js';
import { ACTION } from './action-ids.js';
import { join, say, mention, quote, timeText, type Mrkdwn } from './escape.js';
import { containedWords, progressWords, slowestPoint, unsettledFirst } from './halt-words.js';
import { button, buttons, context, header, section, surface, when, type Press } from './parts.js';
import type { Block, Rendered } from './rendered.js';
import { count, durationText } from './words.js';

export interface HaltState {
  readonly order: Order;
  readonly now: Instant;
}

/** Rows with a button of their own; the others share a list. */
const ROWS_WITH_BUTTON = 12;
const LISTED_ROWS = 40;

export function haltBoard(state: HaltState): Rendered {
  const { order } = state;
  const progress = sentenceOf(state);
  return surface({
    text: say`${order.haltId} ${describeScope(order.scope)}: ${progress}`,
    blocks: [
      header(title(order)),
      ...shoutBlocks(order),
      section(join([say`*${progress}*`, ...slowestLine(state), ...inFlightLines(order)], '\n')),
      ...uncoveredBlocks(order),
      ...pointBlocks(state),
      section(quote(order.reason, 300)),
      ...buttons(presses(order)),
      context(footer(order)),
    ],
    drill: order.drill,
  });
}

function title(order: Order): string {
  const scope = describeScope(order.scope);
  if (order.lifted !== null) return `🟢 ${order.haltId} · LIFTED · ${scope}`;
  if (order.drill) return `🧪 DRILL · ${order.haltId} · NOT ENFORCED · ${scope}`;
  if (order.contained !== null) return `🛑 ${order.haltId} · CONTAINED · ${scope}`;
  return order.points.length === 0
    ? `🟠 ${order.haltId} · ORDERED, NOTHING PROVEN · ${scope}`
    : `🟠 ${order.haltId} · HALTING ${scope}`;
}

function sentenceOf({ order, now }: HaltState): Mrkdwn {
  if (order.lifted !== null)
    return say`Lifted ${timeText(order.lifted.at)} by ${mention(order.lifted.by)}, asked for by ${mention(order.lifted.requestedBy)}`;
  if (order.drill) return say`Not enforced: agents go on. Measure how long people take.`;
  if (order.contained !== null) return capitalised(containedWords(order, order.contained.seconds));
  const [first = say``, ...rest] = progressWords(order);
  if (order.points.length === 0) return capitalised(first);
  const clock = `${durationText(clockSeconds(order, now) * 1000)} of ${CONTAINMENT_TARGET_SECONDS} s`;
  return say`HALTING ${describeScope(order.scope)} — ${join([first, ...rest], ' · ')} · ${clock}`;
}

function capitalised({ mrkdwn }: Mrkdwn): Mrkdwn {
  return { mrkdwn: mrkdwn.charAt(0).toUpperCase() + mrkdwn.slice(1) };
}

/** The order stands; its record does not, and that is an incident of its own. */
function shoutBlocks({ recordedLate }: Order): Block[] {
  return when(
    recordedLate,
    section(
      say`🚨 *This order was broadcast before it could be written down.* The journal failed at that moment: have the disk and the database of Haltline looked at now.`,
    ),
  );
}

function slowestLine({ order, now }: HaltState): Mrkdwn[] {
  const slowest = slowestPoint(order);
  if (slowest === undefined || isOver(order)) return [];
  const missed =
    order.missedAt === null ? say`` : say` · ⛔ *target of ${CONTAINMENT_TARGET_SECONDS} s missed*`;
  const waited = durationText(clockSeconds(order, now) * 1000);
  return [say`Slowest: ${pointName(slowest)}, ${LEVEL_WORDS[slowest.level]} after ${waited}${missed}`];
}

/** What ran when the order came: never shown as stopped where it was not. */
function inFlightLines({ points }: Order): Mrkdwn[] {
  const sum = (key: keyof PointState['inflight']): number =>
    points.reduce((total, { inflight }) => total + inflight[key].length, 0);
  const [aborted, uncancellable, completedAfter] = [
    sum('aborted'),
    sum('uncancellable'),
    sum('completedAfter'),
  ];
  if (aborted + uncancellable + completedAfter === 0) return [];
  const counts = [
    ...when(aborted > 0, say`${aborted} aborted`),
    ...when(uncancellable > 0, say`⚠️ *${uncancellable} cannot be cancelled and may still take effect*`),
    ...when(completedAfter > 0, say`⚠️ *${completedAfter} completed after the order*: look at what they did`),
  ];
  return [say`In flight: ${join(counts, ' · ')}`];
}

function uncoveredBlocks({ uncovered, lifted }: Order): Block[] {
  if (uncovered.length === 0 || lifted !== null) return [];
  const shown = uncovered
    .slice(0, 20)
    .map((agentId) => say`• *${agentId}*: no enforcement point: Haltline cannot see or stop it`);
  const more = when(uncovered.length > 20, say`… ${uncovered.length - 20} more`);
  const warning = say`🚨 *${count(uncovered.length, 'agent')} in scope without an enforcement point.* Stop them by other means, at the vendor or at their credentials.`;
  return [section(join([warning, ...shown, ...more], '\n'))];
}

function pointBlocks(state: HaltState): Block[] {
  const { order } = state;
  if (order.points.length === 0) return [];
  const sorted = unsettledFirst(order.points);
  const withButton = sorted.filter((point) => mayBeMarked(state, point)).slice(0, ROWS_WITH_BUTTON);
  const listed = sorted.filter((point) => !withButton.includes(point));
  return [
    ...withButton.map((point) => section(pointLine(point, order), button(markPress(order, point)))),
    ...(listed.length === 0 ? [] : [section(join(listedLines(listed, order), '\n'))]),
  ];
}

function listedLines(points: readonly PointState[], order: Order): Mrkdwn[] {
  const shown = points.slice(0, LISTED_ROWS).map((point) => pointLine(point, order));
  const hidden = points.length - shown.length;
  return [...shown, ...when(hidden > 0, say`… ${hidden} more`)];
}

/** An operator vouches for a point only once it has missed the target. */
function mayBeMarked({ order, now }: HaltState, point: PointState): boolean {
  const isLate = clockSeconds(order, now) > CONTAINMENT_TARGET_SECONDS;
  return isLate && !isSettled(point) && !isOver(order);
}

function markPress(order: Order, { pointId }: PointState): Press {
  return { words: 'Stopped otherwise…', action: ACTION.markPoint, value: { haltId: order.haltId, pointId } };
}

const SYMBOLS: Readonly<Record<PointState['level'], string>> = {
  expected: '🔴',
  received: '🟠',
  enforced: '🟡',
  quiesced: '✅',
  'lease-expired': '☑️',
  left: '☑️',
  marked: '✍️',
};

const LEVEL_WORDS: Readonly<Record<PointState['level'], string>> = {
  expected: 'silent',
  received: 'received, not yet enforcing',
  enforced: 'enforcing, still draining',
  quiesced: 'quiesced',
  'lease-expired': 'lease expired: its guard denies everything by itself',
  left: 'left with nothing running',
  marked: 'marked as stopped',
};

function pointLine(point: PointState, order: Order): Mrkdwn {
  const at = point.level === 'expected' ? undefined : point.reached[point.level];
  const after = at === undefined ? '' : ` after ${durationText(Math.max(0, clockSeconds(order, at)) * 1000)}`;
  const by =
    point.level === 'marked' && point.markedBy !== null ? say` by ${mention(point.markedBy)}` : say``;
  const running = point.inflight.uncancellable.length;
  const still = running > 0 && !isSettled(point) ? say` · ⚠️ *${running} still running*` : say``;
  const symbol = still.mrkdwn !== '' && point.level === 'quiesced' ? '🟡' : SYMBOLS[point.level];
  return say`${symbol} ${pointName(point)}: ${LEVEL_WORDS[point.level]}${by}${after}${still}`;
}

function pointName({ agentId, instance }: PointState): Mrkdwn {
  return say`*${agentId}* ${instance.slice(0, 60)}`;
}

function presses(order: Order): Press[] {
  if (isOver(order)) return [];
  return [{ words: 'Request lift…', action: ACTION.requestLift, value: { haltId: order.haltId } }];
}

/** A drill's order denies nothing, so there is nothing to lift either. */
function isOver({ lifted, drill }: Order): boolean {
  return lifted !== null || drill;
}

function footer(order: Order): Mrkdwn {
  const incident = order.incident === null ? [] : [say`${order.incident}`];
  return join(
    [
      ...incident,
      say`ordered by ${mention(order.orderedBy)} ${timeText(order.at)}`,
      say`epoch ${order.epoch}`,
      ...when(
        order.clockStartedAt !== order.at,
        say`clock since harm was confirmed ${timeText(order.clockStartedAt)}`,
      ),
    ],
    ' · ',
  );
}
