/** How far this guard has come with what it holds, in three levels, each said only when it is true. */
import type { InFlight } from './running-actions.js';

export const LEVELS = ['received', 'enforced', 'quiesced'] as const;
export type Level = (typeof LEVELS)[number];

/** One part of an enforcement point: this process, or one that runs under it. */
export interface Reached {
  readonly level: Level;
  readonly inflight: InFlight;
}

const NOTHING: InFlight = { aborted: [], uncancellable: [], completedAfter: [] };

/** A point has come as far as the slowest of its parts, and answers for what runs in any of them. */
export function together(parts: readonly Reached[]): Reached {
  return parts.reduce(
    (whole, part) => ({
      level: LEVELS.indexOf(part.level) < LEVELS.indexOf(whole.level) ? part.level : whole.level,
      inflight: {
        aborted: [...whole.inflight.aborted, ...part.inflight.aborted],
        uncancellable: [...whole.inflight.uncancellable, ...part.inflight.uncancellable],
        completedAfter: [...whole.inflight.completedAfter, ...part.inflight.completedAfter],
      },
    }),
    { level: 'quiesced', inflight: NOTHING },
  );
}
