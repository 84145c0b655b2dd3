import { describe, expect, it } from 'vitest';
import type { Moment } from '../../src/guard/clock.js';
import { createLease } from '../../src/guard/lease.js';

const LEASE_MS = 10_000;

/** Both clocks at zero; each is moved by hand. */
function stage() {
  let now: Moment = { monotonicMs: 0, wallMs: 1_700_000_000_000 };
  const lease = createLease(() => now);
  return {
    lease,
    now: () => now,
    pass: (ms: number, wallMs = ms) => {
      now = { monotonicMs: now.monotonicMs + ms, wallMs: now.wallMs + wallMs };
    },
  };
}

describe('a lease', () => {
  it('is none before the first renewal', () => {
    expect(stage().lease.remainingMs()).toBe(0);
  });

  it('runs from when the server wrote at the latest, not from when we read', () => {
    const { lease, now, pass } = stage();
    const sent = now();
    pass(9_000);

    lease.renew(sent, 2_000, LEASE_MS);

    expect(lease.remainingMs()).toBe(3_000);
  });

  it('pitfall 07: is gone at the first question after the process was stopped for a minute', () => {
    const { lease, now, pass } = stage();
    lease.renew(now(), 0, LEASE_MS);

    pass(60_000);

    expect(lease.remainingMs()).toBeLessThanOrEqual(0);
  });

  it('pitfall 23: is gone after the machine was suspended, when the monotonic clock stood still', () => {
    const { lease, now, pass } = stage();
    lease.renew(now(), 0, LEASE_MS);

    pass(5, 60_000);

    expect(lease.remainingMs()).toBeLessThanOrEqual(0);
  });

  it('does not come back with heartbeats that had waited in the socket meanwhile', () => {
    const { lease, now, pass } = stage();
    const sent = now();
    lease.renew(sent, 0, LEASE_MS);
    pass(5, 60_000);

    lease.renew(sent, 2_000, LEASE_MS);

    expect(lease.remainingMs()).toBeLessThanOrEqual(0);
  });

  it('pitfall 23: is not made longer by a wall clock that is set back', () => {
    const { lease, now, pass } = stage();
    lease.renew(now(), 0, LEASE_MS);

    pass(LEASE_MS, -3_600_000);

    expect(lease.remainingMs()).toBeLessThanOrEqual(0);
  });

  it('never reaches further than now, whatever the server claims', () => {
    const { lease, now, pass } = stage();
    const sent = now();
    pass(100);

    lease.renew(sent, 1e12, LEASE_MS);

    expect(lease.remainingMs()).toBe(LEASE_MS);
  });

  it('is not shortened by an older heartbeat that arrives late', () => {
    const { lease, now, pass } = stage();
    const sent = now();
    pass(4_000);
    lease.renew(sent, 4_000, LEASE_MS);

    lease.renew(sent, 2_000, LEASE_MS);

    expect(lease.remainingMs()).toBe(LEASE_MS);
  });
});
