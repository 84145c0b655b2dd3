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
import type { Ack, AckLevel, ExpectedPoint, InFlight } from './halt-events.js';
import type { Instant } from './ids.js';

export type PointLevel = 'expected' | AckLevel | 'lease-expired' | 'left' | 'marked';

export interface PointState extends ExpectedPoint {
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

/** A point as the order finds it. */
export function expectedPoint(point: ExpectedPoint, at: Instant): PointState {
  return {
    ...point,
    level: 'expected',
    reached: { expected: at },
    inflight: { aborted: [], uncancellable: [], completedAfter: [] },
    markedBy: null,
    settledAt: null,
  };
}

/** Levels only rise: a statement that overtook another, or came twice, takes nothing back. */
export function reach(point: PointState, level: PointLevel, at: Instant): PointState {
  const reached = { ...point.reached, [level]: point.reached[level] ?? at };
  return settle({ ...point, level: RANK[level] > RANK[point.level] ? level : point.level, reached }, at);
}

/** What a guard says of itself. "Quiesced" with work still listed as running is no more than "enforced". */
export function acknowledge(point: PointState, ack: Ack): PointState {
  if (ack.pointId !== point.pointId || ack.instance !== point.instance) return point;
  const inflight = merge(point.inflight, ack.inflight);
  const running = inflight.uncancellable.length > 0;
  return reach({ ...point, inflight }, ack.level === 'quiesced' && running ? 'enforced' : ack.level, ack.at);
}

/** Has this point answered for good, one way or another? */
export function isSettled(point: PointState): boolean {
  return point.settledAt !== null;
}

function settle(point: PointState, at: Instant): PointState {
  if (!isStopped(point)) return { ...point, settledAt: null };
  return { ...point, settledAt: point.settledAt ?? at };
}

function isStopped({ level, markedBy, inflight }: PointState): boolean {
  if (markedBy !== null) return true;
  return RANK[level] >= RANK['lease-expired'] && inflight.uncancellable.length === 0;
}

/** Running work leaves the list only when its end is reported, in whatever order the statements arrive. */
function merge(before: InFlight, now: InFlight): InFlight {
  const completedAfter = union(before.completedAfter, now.completedAfter);
  const aborted = union(before.aborted, now.aborted).filter((id) => !completedAfter.includes(id));
  const ended = new Set([...completedAfter, ...aborted]);
  const uncancellable = union(before.uncancellable, now.uncancellable).filter((id) => !ended.has(id));
  return { aborted, uncancellable, completedAfter };
}

function union(before: readonly string[], now: readonly string[]): string[] {
  return [...new Set([...before, ...now])];
}
