/** The live board of one order. It never says more than was proven: silence is shown as silence. */
import { actuatorNotes } from '../src/core/actuator.js';
import {
  clockSeconds,
  containedNow,
  CONTAINMENT_TARGET_SECONDS,
  countAcked,
  isSettled,
  type Order,
  type PointState,
} from '../src/core/containment.js';
import { describeScope } from '../src/core/halt.js';
import type { Instant } from '../src/core/ids.js';
import {
  answeredWords,
  butFor,
  levelNotes,
  levelWords,
  modeWords,
  NO_POINT,
  PART_ONLY,
  shortName,
} from '../src/core/point-words.js';
import { ACTION } from './action-ids.js';
import { join, say, mention, quote, timeText, type Mrkdwn } from './escape.js';
import { containedWords, progressWords, slowestPoint, unsettledFirst } from './halt-words.js';
import { button, buttons, context, header, section, surface, when, type Press } from './parts.js';
import type { Block, Rendered } from './rendered.js';
import { capitalised, count, durationText, peopleText } from './words.js';

export interface HaltState {
  readonly order: Order;
  readonly now: Instant;
  /** Who asked for it without the right to order it. */
  readonly askedBy?: readonly string[];
}

/** Rows with a button of their own; the others share a list. */
const ROWS_WITH_BUTTON = 12;
const LISTED_ROWS = 40;

export function haltBoard(state: HaltState): Rendered {
  const { order } = state;
  const progress = sentenceOf(state);
  return surface({
    text: say`${inDrill(order) && order.rehearsal ? 'REHEARSAL ' : ''}${order.haltId} ${describeScope(order.scope)}: ${progress}`,
    blocks: [
      header(title(order)),
      ...shoutBlocks(order),
      ...glassBlocks(order),
      ...reviewBlocks(state),
      section(join([say`*${progress}*`, ...slowestLine(state), ...inFlightLines(order)], '\n')),
      ...uncoveredBlocks(order),
      ...pointBlocks(state),
      section(quote(order.reason, 300)),
      ...buttons(presses(order)),
      context(footer(state)),
    ],
    drill: exerciseOf(order),
  });
}

/** Within a drill it belongs to that; elsewhere it is an exercise of its own. */
function exerciseOf(order: Order): boolean | 'rehearsal' {
  return order.rehearsal && !inDrill(order) ? 'rehearsal' : order.drill;
}

function inDrill({ incident }: Order): boolean {
  return incident?.startsWith('DRILL-') === true;
}

function title(order: Order): string {
  const scope = [describeScope(order.scope), ...(order.drill ? [] : modeWords(order.mode))].join(' · ');
  if (order.lifted !== null) return `🟢 ${order.haltId} · LIFTED · ${scope}`;
  if (order.rehearsal)
    return `REHEARSAL · 🎭 ${order.haltId} · ${order.ended === null ? 'UNDER WAY' : 'ENDED'} · ${scope}`;
  if (order.drill) return `🧪 DRILL · ${order.haltId} · NOT ENFORCED · ${scope}`;
  if (containedNow(order) !== null)
    return `🛑 ${order.haltId} · CONTAINED${butFor(order.uncovered.length)} · ${scope}`;
  return order.points.length === 0
    ? `🟠 ${order.haltId} · ORDERED, NOTHING PROVEN · ${scope}`
    : `🟠 ${order.haltId} · HALTING ${scope}`;
}

function sentenceOf({ order, now }: HaltState): Mrkdwn {
  if (order.lifted !== null)
    return say`Lifted ${timeText(order.lifted.at)} by ${mention(order.lifted.by)}, asked for by ${mention(order.lifted.requestedBy)}`;
  if (order.rehearsal) return rehearsalSentence(order);
  if (order.drill) return say`Not enforced: agents go on. Measure how long people take.`;
  const contained = containedNow(order);
  if (contained !== null) return firstCapital(containedWords(order, contained.seconds));
  const [first = say``, ...rest] = progressWords(order);
  if (order.points.length === 0) return firstCapital(first);
  const clock = `${durationText(clockSeconds(order, now) * 1000)} of ${CONTAINMENT_TARGET_SECONDS} s`;
  return say`HALTING ${describeScope(order.scope)} — ${join([first, ...rest], ' · ')} · ${clock}`;
}

function rehearsalSentence(order: Order): Mrkdwn {
  const { points, ended } = order;
  if (points.length === 0) return say`No enforcement point is connected: there is nobody to rehearse with`;
  if (ended === null) return say`${join(progressWords(order), ' · ')} · nothing is denied`;
  if (ended.seconds === null)
    return say`${ended.silent.length} of ${points.length} never answered: ${ended.silent.slice(0, 5).join(', ')}. In earnest, these would not be proven stopped`;
  const how = { expected: points.length, quiesced: countAcked(order, 'quiesced'), seconds: ended.seconds };
  return say`${capitalised(answeredWords(how))}, slowest: ${slowestAnswer(order)}`;
}

/** Who was last to answer for good, and when. */
function slowestAnswer(order: Order): Mrkdwn {
  const last = order.points.toSorted((a, b) => ((a.settledAt ?? '') < (b.settledAt ?? '') ? 1 : -1))[0];
  if (last === undefined) return say`nobody`;
  const ms = last.settledAt === null ? 0 : clockSeconds(order, last.settledAt) * 1000;
  return say`${pointName(last)} after ${durationText(Math.max(0, ms))}`;
}

function firstCapital({ mrkdwn }: Mrkdwn): Mrkdwn {
  return { mrkdwn: capitalised(mrkdwn) };
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

/** Whoever gave it held no role: said on the card until somebody in command has looked at it. */
function glassBlocks({ breakGlass, reviewed, orderedBy }: Order): Block[] {
  if (!breakGlass) return [];
  const standing =
    reviewed === null
      ? say`Somebody in command has to review it.`
      : say`Reviewed by ${mention(reviewed.by)} ${timeText(reviewed.at)}.`;
  return [section(say`🔨 *BREAK-GLASS*: ${mention(orderedBy)} holds no role that may halt. ${standing}`)];
}

/** A review time that has passed ends nothing. */
function reviewBlocks({ order, now }: HaltState): Block[] {
  const { reviewAt, lifted, drill } = order;
  if (reviewAt === null || reviewAt > now || lifted !== null || drill) return [];
  return [section(say`⏰ *Its review time was ${timeText(reviewAt)}.* It stands. Is it still needed?`)];
}

function slowestLine({ order, now }: HaltState): Mrkdwn[] {
  const slowest = slowestPoint(order);
  if (slowest === undefined || isOver(order)) return [];
  const missed =
    order.missedAt === null ? say`` : say` · ⛔ *target of ${CONTAINMENT_TARGET_SECONDS} s missed*`;
  const waited = durationText(clockSeconds(order, now) * 1000);
  return [
    say`Slowest: ${pointName(slowest)}, ${levelWords(slowest.level, slowest.kind)} after ${waited}${missed}`,
  ];
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

function uncoveredBlocks({ uncovered, lifted, points, drill }: Order): Block[] {
  if (uncovered.length === 0 || lifted !== null) return [];
  const answering = new Set(points.map(({ agentId }) => agentId));
  const shown = uncovered
    .slice(0, 20)
    .map((agentId) => say`• *${agentId}*: ${answering.has(agentId) ? PART_ONLY : NO_POINT}`);
  const more = when(uncovered.length > 20, say`… ${uncovered.length - 20} more`);
  const warning = drill
    ? say`⚠️ *In earnest, nothing would be proven of ${count(uncovered.length, 'agent')} in scope.* Kill switches are not tried in an exercise.`
    : say`🚨 *Nothing is proven of ${count(uncovered.length, 'agent')} in scope.* Stop what goes on there by other means, at the vendor or at the credentials.`;
  return [section(join([warning, ...shown, ...more], '\n'))];
}

function pointBlocks(state: HaltState): Block[] {
  const { order } = state;
  if (order.points.length === 0) return [];
  const sorted = unsettledFirst(order.points);
  const withButton = mayBeMarked(state)
    ? sorted.filter((point) => !isSettled(point)).slice(0, ROWS_WITH_BUTTON)
    : [];
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
function mayBeMarked({ order, now }: HaltState): boolean {
  return clockSeconds(order, now) > CONTAINMENT_TARGET_SECONDS && !isOver(order);
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

function pointLine(point: PointState, order: Order): Mrkdwn {
  const at = point.level === 'expected' ? undefined : point.reached[point.level];
  const after = at === undefined ? '' : ` after ${durationText(Math.max(0, clockSeconds(order, at)) * 1000)}`;
  const by =
    point.level === 'marked' && point.markedBy !== null ? say` by ${mention(point.markedBy)}` : say``;
  const running = point.inflight.uncancellable.length;
  const still = running > 0 && !isSettled(point) ? say` · ⚠️ *${running} still running*` : say``;
  const symbol = still.mrkdwn !== '' && point.level === 'quiesced' ? '🟡' : SYMBOLS[point.level];
  const notes = [...levelNotes(point.level, point.kind), ...actuatorNotes(point)].map(
    (note) => say` · ${note}`,
  );
  return say`${symbol} ${pointName(point)}: ${levelWords(point.level, point.kind)}${by}${after}${still}${join(notes, '')}`;
}

function pointName({ agentId, instance, kind }: PointState): Mrkdwn {
  const what = kind === 'guard' ? '' : `${kind} `;
  return say`*${agentId}* ${what}${shortName(instance)}`;
}

function presses(order: Order): Press[] {
  const value = { haltId: order.haltId };
  const review: Press = { words: 'Review break-glass…', action: ACTION.reviewHalt, value };
  const unreviewed = when(order.breakGlass && order.reviewed === null, review);
  if (isOver(order)) return unreviewed;
  const keep: Press = { words: 'Still needed', action: ACTION.keepHalt, value };
  return [
    ...when(order.reviewAt !== null, keep),
    { words: 'Request lift…', action: ACTION.requestLift, value },
    ...unreviewed,
  ];
}

/** A drill's order denies nothing, so there is nothing to lift either. */
function isOver({ lifted, drill }: Order): boolean {
  return lifted !== null || drill;
}

function footer({ order, askedBy = [] }: HaltState): Mrkdwn {
  const incident = order.incident === null ? [] : [say`${order.incident}`];
  return join(
    [
      ...incident,
      say`ordered by ${mention(order.orderedBy)} ${timeText(order.at)}`,
      ...when(askedBy.length > 0, say`asked for by ${peopleText(askedBy)}`),
      say`epoch ${order.epoch}`,
      ...(order.reviewAt === null ? [] : [say`asks again ${timeText(order.reviewAt)}`]),
      ...when(
        order.clockStartedAt !== order.at,
        say`clock since harm was confirmed ${timeText(order.clockStartedAt)}`,
      ),
    ],
    ' · ',
  );
}
