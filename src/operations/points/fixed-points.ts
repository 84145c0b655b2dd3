/**
 * Enforcement points that hold no lease: gateways, which ask us for each attempt, and actuators, which we tell to
 * stop an agent. Whoever drives them says here which of them an order has to expect.
 */
import type { ExpectedPoint } from '../../core/halt-events.js';
import type { HaltMode, HaltScope } from '../../core/halt.js';

/** The points that an order of this scope and mode must hear from. Answers at once: halting waits for nobody. */
export type FixedPointSource = (scope: HaltScope, mode: HaltMode) => readonly ExpectedPoint[];

export interface FixedPoints {
  /** `isHeardOf` is asked about points of other sources as well: what is not theirs, they need not doubt. */
  register(source: FixedPointSource, isHeardOf?: (point: ExpectedPoint) => boolean): void;
  /** False for one that is there by the runbooks alone: it has never shown that it is. */
  isHeardOf(point: ExpectedPoint): boolean;
  /** `deny` where no mode is given. */
  expectedBy(scope: HaltScope, mode?: HaltMode): ExpectedPoint[];
}

export function createFixedPoints(): FixedPoints {
  const sources: FixedPointSource[] = [];
  const doubts: ((point: ExpectedPoint) => boolean)[] = [];
  return {
    register(source, isHeardOf) {
      sources.push(source);
      if (isHeardOf !== undefined) doubts.push(isHeardOf);
    },
    isHeardOf: (point) => doubts.every((isHeardOf) => isHeardOf(point)),
    expectedBy: (scope, mode = 'deny') => sources.flatMap((source) => source(scope, mode)),
  };
}
