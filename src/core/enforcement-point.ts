/**
 * How far one enforcement point has come with one order.
 *
 *   expected → received → enforced → quiesced
 *       └────────┴───────────┴──▶ lease-expired (its guard denies everything by itself by then)
 *                                 left (it said goodbye with nothing running)
 *                                 marked (an operator vouches, with a reason)
 *
 * The last four settle it, but for one thing: while an action is listed as uncancellable and nobody has
 * reported its end, something is still running there, and only a mark settles it.
 */
import type { ActuatorState } from './actuator.js';
import type { Ack, AckLevel, ExpectedPoint, InFlight } from './halt-events.js';
import type { Instant } from './ids.js';

export type PointLevel = 'expected' | AckLevel | 'lease-expired' | 'left' | 'marked';

export interface PointState extends ExpectedPoint, ActuatorState {
  readonly level: PointLevel;
  /** When it first reached each level, for the figures. */
  readonly reached: Readonly<Partial<Record<PointLevel, Instant>>>;
  readonly inflight: InFlight;
  readonly markedBy: string | null;
  /** Since when nothing can run there any more; null while something may. */
  readonly settledAt: Instant | null;
}

const RANK: Readonly<Record<PointLevel, number>> = {
  expected: 0,
  received: 1,
  enforced: 2,
  'lease-expired': 3,
  left: 3,
  marked: 3,
  quiesced: 4,
};

const NOTHING: InFlight = { aborted: [], uncancellable: [], completedAfter: [] };

/** How far a level is: more is better, the last ones are equally good. */
export function levelRank(level: PointLevel): number {
  return RANK[level];
}

/**
 * The points as the order finds them: there may be ten thousand, which share what is the same for all. Written out, for
 * all this is done before the order is broadcast, and spreading costs ten times as much.
 */
export function expectedPoints(points: readonly ExpectedPoint[], at: Instant): PointState[] {
  const reached = { expected: at };
  return points.map(({ pointId, agentId, instance, kind }) => ({
    pointId,
    agentId,
    instance,
    kind,
    level: 'expected',
    reached,
    inflight: NOTHING,
    markedBy: null,
    settledAt: null,
  }));
}

/**
 * Levels only rise: a statement that overtook another, or came twice, takes nothing back. What adds nothing returns
 * the point itself, so that nobody has to compare.
 */
export function reach(point: PointState, level: PointLevel, at: Instant): PointState {
  const next = RANK[level] > RANK[point.level] ? level : point.level;
  const settledAt = isStopped(point, next) ? (point.settledAt ?? at) : null;
  const isNew = point.reached[level] === undefined;
  if (!isNew && next === point.level && settledAt === point.settledAt) return point;
  const reached = isNew ? withLevel(point.reached, level, at) : point.reached;
  return { ...point, level: next, reached, settledAt };
}

interface NextReached {
  readonly level: PointLevel;
  readonly at: Instant;
  readonly reached: PointState['reached'];
}

/** What came of such moments last: those who answer in one request have all been as far, and share the answer. */
const NEXT_REACHED = new WeakMap<PointState['reached'], NextReached>();

function withLevel(before: PointState['reached'], level: PointLevel, at: Instant): PointState['reached'] {
  const known = NEXT_REACHED.get(before);
  if (known !== undefined && known.level === level && known.at === at) return known.reached;
  const copy: Partial<Record<PointLevel, Instant>> = { ...before };
  copy[level] = at;
  NEXT_REACHED.set(before, { level, at, reached: copy });
  return copy;
}

/** What a guard says of itself. "Quiesced" with work still listed as running is no more than "enforced". */
export function acknowledge(point: PointState, ack: Ack): PointState {
  if (ack.pointId !== point.pointId || ack.instance !== point.instance) return point;
  const inflight = merge(point.inflight, ack.inflight);
  const level = ack.level === 'quiesced' && inflight.uncancellable.length > 0 ? 'enforced' : ack.level;
  const heard = hasTrouble(point) ? { ...point, trouble: null } : point;
  return reach(inflight === heard.inflight ? heard : { ...heard, inflight }, level, ack.at);
}

/** What had stopped runs again: nothing that was said of it before counts any more, nor who vouched for it. */
export function runsAgain(point: PointState): PointState {
  const { expected } = point.reached;
  const reached = expected === undefined ? {} : { expected };
  return { ...point, level: 'expected', reached, markedBy: null, settledAt: null };
}

/** What kept an actuator from answering is over once it answers. */
function hasTrouble({ trouble }: PointState): boolean {
  return trouble !== undefined && trouble !== null;
}

/** Has this point answered for good, one way or another? */
export function isSettled(point: PointState): boolean {
  return point.settledAt !== null;
}

function isStopped({ markedBy, inflight }: PointState, level: PointLevel): boolean {
  if (markedBy !== null) return true;
  return RANK[level] >= RANK['lease-expired'] && inflight.uncancellable.length === 0;
}

/** Running work leaves the list only when its end is reported, in whatever order the statements arrive. */
function merge(before: InFlight, now: InFlight): InFlight {
  if (isNothing(now)) return before;
  const completedAfter = union(before.completedAfter, now.completedAfter);
  const aborted = union(before.aborted, now.aborted).filter((id) => !completedAfter.includes(id));
  const ended = new Set([...completedAfter, ...aborted]);
  const uncancellable = union(before.uncancellable, now.uncancellable).filter((id) => !ended.has(id));
  const merged = { aborted, uncancellable, completedAfter };
  return LISTS.every((list) => isSame(merged[list], before[list])) ? before : merged;
}

function isNothing({ aborted, uncancellable, completedAfter }: InFlight): boolean {
  return aborted.length + uncancellable.length + completedAfter.length === 0;
}

const LISTS = ['aborted', 'uncancellable', 'completedAfter'] as const;

function union(before: readonly string[], now: readonly string[]): string[] {
  return [...new Set([...before, ...now])];
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id, index) => id === others[index]);
}
