import type { Clock, Moment } from './clock.js';

/** Until when this process may act without hearing more. Judged whenever it is asked, never by a timer. */
export interface Lease {
  /**
   * Extends it. `sent` is when we sent the request whose answer says `atMs` of the server's clock had passed
   * since: the server wrote this no earlier than `sent + atMs`, however late it reached us.
   */
  renew(sent: Moment, atMs: number, leaseMs: number): void;
  /** Zero or less when it is gone. */
  remainingMs(): number;
}

export function createLease(clock: Clock): Lease {
  let until: Moment | undefined;
  const left = (end: Moment | undefined, now: Moment): number =>
    end === undefined ? 0 : Math.min(end.monotonicMs - now.monotonicMs, end.wallMs - now.wallMs);
  return {
    renew(sent, atMs, leaseMs) {
      const now = clock();
      const next = {
        monotonicMs: Math.min(sent.monotonicMs + atMs, now.monotonicMs) + leaseMs,
        wallMs: Math.min(sent.wallMs + atMs, now.wallMs) + leaseMs,
      };
      if (left(next, now) > left(until, now)) until = next;
    },
    remainingMs: () => left(until, clock()),
  };
}
