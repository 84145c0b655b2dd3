/** How a quarantine went, in numbers. */
import { differenceInMilliseconds } from 'date-fns';
import type { Instant } from './ids.js';
import type { HeldAttempt } from './quarantine.js';

export interface QuarantineFigures {
  readonly held: number;
  /** Still undecided. */
  readonly waiting: number;
  /** Released at any time, whatever came of it. */
  readonly released: number;
  /** Of these, taken up by the agent. */
  readonly used: number;
  readonly rejected: number;
  /** Released, and not taken up in time. */
  readonly expired: number;
  /** Ended by a halt, a lift or a changed parameter. */
  readonly refused: number;
  /** From holding to the first decision; null where nobody has decided anything. */
  readonly medianWaitSeconds: number | null;
}

export function quarantineFigures(items: readonly HeldAttempt[]): QuarantineFigures {
  const inState = (state: HeldAttempt['state']): number =>
    items.filter((item) => item.state === state).length;
  return {
    held: items.length,
    waiting: inState('held'),
    released: items.filter(({ release }) => release !== null).length,
    used: inState('used'),
    rejected: inState('rejected'),
    expired: inState('expired'),
    refused: inState('refused'),
    medianWaitSeconds: medianWaitSeconds(
      items.flatMap(({ at, release, rejection }) => {
        const decidedAt = release?.at ?? rejection?.at;
        return decidedAt === undefined ? [] : [{ at, decidedAt }];
      }),
    ),
  };
}

/** Null where there is none: no wait is not a wait of zero. */
export function medianWaitSeconds(
  waits: readonly { readonly at: Instant; readonly decidedAt: Instant }[],
): number | null {
  const sorted = waits
    .map(({ at, decidedAt }) => differenceInMilliseconds(decidedAt, at) / 1000)
    .toSorted((a, b) => a - b);
  const [upper, lower] = [sorted[Math.floor(sorted.length / 2)], sorted[Math.floor((sorted.length - 1) / 2)]];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}
