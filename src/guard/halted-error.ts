import type { Decision } from '../core/decide.js';

/**
 * Why an attempt was refused or stopped. `deny` and `hold`: an order covers it. `starting`: no state yet.
 * `isolated`: the lease has run out, so nobody knows what has been ordered. `closed`: the guard was closed.
 * `unanswered`: nobody answered the question whether it may go on.
 */
export type Refusal =
  Exclude<Decision['verdict'], 'allow'> | 'starting' | 'isolated' | 'closed' | 'unanswered';

/** Thrown by `guard.run` in place of a result: the action did not begin, or was told to stop. */
export class HaltedError extends Error {
  override readonly name = 'HaltedError';
  readonly refusal: Refusal;
  /** The order that says so; null where it is the guard itself. */
  readonly haltId: string | null;
  readonly reason: string;
  readonly epoch: number;
  /** The item in quarantine, `Q-7`; null for what never waited there. */
  readonly heldId: string | null;

  constructor(
    {
      refusal,
      haltId,
      reason,
      epoch,
      heldId = null,
    }: {
      refusal: Refusal;
      haltId: string | null;
      reason: string;
      epoch: number;
      heldId?: string | null;
    },
    options?: ErrorOptions,
  ) {
    super(haltId === null ? reason : `${haltId}: ${reason}`, options);
    this.refusal = refusal;
    this.haltId = haltId;
    this.reason = reason;
    this.epoch = epoch;
    this.heldId = heldId;
  }
}
