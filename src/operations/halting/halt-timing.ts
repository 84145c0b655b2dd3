/**
 * The arithmetic of the 30 seconds (design §6). A guard that hears nothing more denies everything `leaseMs` after
 * the last heartbeat that we handed to the network, notices within `tickMs`, and gives what runs
 * `abortDeadlineMs` to stop: 10 + 0.5 + 5 s, and `driftMs` for clocks that do not agree on a second.
 */
export interface HaltTiming {
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  readonly abortDeadlineMs: number;
  readonly tickMs: number;
  readonly driftMs: number;
  /**
   * A live stream that has not acknowledged a new epoch for this long is cut, so that its lease can be proven over.
   * Its last heartbeat was before that epoch: below `leaseMs`, patience delays no proof.
   */
  readonly ackPatienceMs: number;
  /** How long an order waits for its own record before it is broadcast all the same. */
  readonly writePatienceMs: number;
}

export const HALT_TIMING: HaltTiming = {
  heartbeatMs: 2_000,
  leaseMs: 10_000,
  abortDeadlineMs: 5_000,
  tickMs: 500,
  driftMs: 500,
  ackPatienceMs: 6_000,
  writePatienceMs: 1_000,
};

/** How long after its last heartbeat a silent guard has provably stopped. */
export function proofMs({ leaseMs, abortDeadlineMs, tickMs, driftMs }: HaltTiming): number {
  return leaseMs + abortDeadlineMs + tickMs + driftMs;
}
