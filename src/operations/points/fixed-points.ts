/**
 * Enforcement points that hold no lease: gateways, which ask us for each attempt, and actuators, which we tell to
 * stop an agent. Whoever drives them says here which of them an order has to expect.
 */
import type { ExpectedPoint } from '../../core/halt-events.js';
import type { HaltMode, HaltScope } from '../../core/halt.js';

/** The points that an order of this scope and mode must hear from. Answers at once: halting waits for nobody. */
export type FixedPointSource = (scope: HaltScope, mode: HaltMode) => readonly ExpectedPoint[];

export interface FixedPoints {
  register(source: FixedPointSource): void;
  /** `deny` where no mode is given. */
  expectedBy(scope: HaltScope, mode?: HaltMode): ExpectedPoint[];
}

export function createFixedPoints(): FixedPoints {
  const sources: FixedPointSource[] = [];
  return {
    register: (source) => void sources.push(source),
    expectedBy: (scope, mode = 'deny') => sources.flatMap((source) => source(scope, mode)),
  };
}
