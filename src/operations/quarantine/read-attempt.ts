import type { HeldAttempt } from '../../core/quarantine.js';
import type { Deps } from '../deps.js';
import { requireOwnAgent } from './hold-attempt.js';
import { findAttempt } from './record-attempt.js';
import { waitingRoomOf } from '../points/waiting-room.js';

export interface ReadAttempt {
  readonly id: string;
  /** The one agent that the token may speak for; null for any. */
  readonly boundTo: string | null;
  /** How long to wait for a decision; 0 answers at once. */
  readonly waitMs: number;
  /** Ends the waiting: the asker is gone, or we are stopping. */
  readonly signal: AbortSignal;
}

/** Another replica may have decided without this one being told. */
const LOOK_AGAIN_MS = 3_000;

/** One held attempt, as soon as it is decided, or as it is when the patience ends. */
export async function readAttempt(
  deps: Deps,
  { id, boundTo, waitMs, signal }: ReadAttempt,
): Promise<HeldAttempt> {
  const room = waitingRoomOf(deps.plane);
  const until = performance.now() + waitMs;
  for (;;) {
    const { item } = await findAttempt(deps.store, id);
    requireOwnAgent(boundTo, item.attempt.agentId);
    const left = until - performance.now();
    if (item.state !== 'held' || left <= 0 || signal.aborted) return item;
    await room.wait(id, Math.min(left, LOOK_AGAIN_MS), signal);
  }
}
