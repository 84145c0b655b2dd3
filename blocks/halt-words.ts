/** What may be said about an order, in one line. "Contained" only once the journal says so. */
import { containedNow, countAcked, isSettled, type Order, type PointState } from '../src/core/containment.js';
import { describeScope } from '../src/core/halt.js';
import { againstTarget, modeWords, uncoveredWords } from '../src/core/point-words.js';
import { join, say, mention, timeText, type Mrkdwn } from './escape.js';

/** The order in one line: what it covers, how far it has come, what nobody can prove. */
export function orderLine(order: Order): Mrkdwn {
  return say`${symbolOf(order)} *${order.haltId}* ${describeScope(order.scope)}: ${join(stateWords(order), ' · ')}`;
}

function symbolOf(order: Order): string {
  if (order.lifted !== null) return '🟢';
  if (order.rehearsal) return '🎭';
  if (order.drill) return '🧪';
  return containedNow(order) === null ? '🟠' : '🛑';
}

function stateWords(order: Order): Mrkdwn[] {
  if (order.lifted !== null)
    return [
      say`lifted ${timeText(order.lifted.at)} by ${mention(order.lifted.by)}, asked for by ${mention(order.lifted.requestedBy)}`,
    ];
  if (order.rehearsal) return [say`REHEARSAL, denies nothing`, ...progressWords(order)];
  if (order.drill) return [say`DRILL, not enforced`, ...progressWords(order)];
  const contained = containedNow(order);
  const standing = contained === null ? progressWords(order) : [containedWords(order, contained.seconds)];
  return [...said(modeWords(order.mode)), ...standing, ...said(uncoveredWords(order.uncovered))];
}

function said(words: readonly string[]): Mrkdwn[] {
  return words.map((each) => say`${each}`);
}

/** `Contained at 4 of 4 enforcement points in 0.9 s (target 30 s: met)`, and how points settled that did not say so. */
export function containedWords(order: Order, seconds: number): Mrkdwn {
  const total = order.points.length;
  const others = (['lease-expired', 'left', 'marked'] as const)
    .map((level) => [level, order.points.filter((point) => point.level === level).length] as const)
    .filter(([, number]) => number > 0)
    .map(([level, number]) => `${number} ${SETTLED_WORDS[level]}`);
  const how = others.length === 0 ? '' : `; of these ${others.join(', ')}`;
  return say`contained at ${total} of ${total} enforcement points in ${againstTarget(seconds)}${how}`;
}

const SETTLED_WORDS = {
  'lease-expired': 'by an expired lease',
  left: 'had left with nothing running',
  marked: 'marked by an operator',
} as const;

/** `3 of 4 received · 3 enforced · 2 quiesced`; for an order that met nobody, the sober truth. */
export function progressWords(order: Order): Mrkdwn[] {
  if (order.points.length === 0)
    return [say`ordered, but no enforcement point is connected: nothing is proven stopped`];
  const acked = (['received', 'enforced', 'quiesced'] as const).map(
    (level) => [level, countAcked(order, level)] as const,
  );
  return acked.map(([level, number], index) =>
    index === 0 ? say`${number} of ${order.points.length} ${level}` : say`${number} ${level}`,
  );
}

/** The point everybody is waiting for: the least advanced, and of those the one silent for longest. */
export function slowestPoint(order: Order): PointState | undefined {
  return unsettledFirst(order.points).find((point) => !isSettled(point));
}

const RANK: Readonly<Record<PointState['level'], number>> = {
  expected: 0,
  received: 1,
  enforced: 2,
  'lease-expired': 3,
  left: 3,
  marked: 3,
  quiesced: 4,
};

/** Those that may still run come first, the least advanced on top. */
export function unsettledFirst(points: readonly PointState[]): PointState[] {
  const order = (point: PointState): number => (isSettled(point) ? 10 : 0) + RANK[point.level];
  return points.toSorted((a, b) => order(a) - order(b) || (a.pointId < b.pointId ? -1 : 1));
}
