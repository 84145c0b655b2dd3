import type { HaltMode, HaltScope } from '../core/halt-shapes.js';

/**
 * Why an attempt was refused or stopped. `deny` and `hold`: an order covers it. `starting`: no state yet.
 * `isolated`: the lease has run out, so nobody knows what has been ordered. `closed`: the guard was closed.
 * `unanswered`: nobody answered the question whether it may go on.
 */
export type Refusal = 'deny' | 'hold' | 'starting' | 'isolated' | 'closed' | 'unanswered';

/** All there is to say of a refusal. What is left out is not known, or there is none. */
export interface Refused {
  readonly refusal: Refusal;
  readonly haltId: string | null;
  readonly reason: string;
  readonly epoch: number;
  readonly scope?: HaltScope | null;
  readonly mode?: HaltMode | null;
  readonly heldId?: string | null;
}

/** Stays the same in every version: see `isHaltedError`. */
const CODE = 'HALTLINE_HALTED';

/** Thrown by `guard.run` in place of a result: the action did not begin, or was told to stop. */
export class HaltedError extends Error implements Required<Refused> {
  override readonly name = 'HaltedError';
  readonly code = CODE;
  readonly refusal: Refusal;
  /** The order that says so; null where it is the guard itself. */
  readonly haltId: string | null;
  readonly reason: string;
  readonly epoch: number;
  /** What the order covers; null where it is the guard itself, or where only the order's id is known here. */
  readonly scope: HaltScope | null;
  /** How the order refuses; null like `scope`. */
  readonly mode: HaltMode | null;
  /** The item in quarantine, `Q-7`; null for what never waited there. */
  readonly heldId: string | null;

  constructor(refused: Refused, options?: ErrorOptions) {
    const { refusal, haltId, reason, epoch, scope = null, mode = null, heldId = null } = refused;
    super(haltId === null ? reason : `${haltId}: ${reason}`, options);
    this.refusal = refusal;
    this.haltId = haltId;
    this.reason = reason;
    this.epoch = epoch;
    this.scope = scope;
    this.mode = mode;
    this.heldId = heldId;
  }
}

/**
 * Is it one, whichever copy of this library threw it? `instanceof` says no to an error of another bundle, of another
 * version, or of a `vm` context.
 */
export function isHaltedError(error: unknown): error is HaltedError {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === CODE;
}
