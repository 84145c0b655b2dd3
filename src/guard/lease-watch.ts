import type { Lease } from './lease.js';

/** Looks at a lease that nobody asks about, so that what runs is stopped when it is gone. */
export interface LeaseWatch {
  /** It was extended. */
  renewed(): void;
  /** Nobody needs to look any more, and whatever is still heard does not change that. */
  stop(): void;
}

const TICK_MS = 250;

export function createLeaseWatch(lease: Pick<Lease, 'remainingMs'>, onGone: () => void): LeaseWatch {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = (): void => {
    const remainingMs = lease.remainingMs();
    if (remainingMs <= 0) return onGone();
    timer = setTimeout(look, Math.min(Math.ceil(remainingMs), TICK_MS));
  };
  return {
    renewed() {
      clearTimeout(timer);
      if (!stopped) look();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
