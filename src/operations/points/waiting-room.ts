/**
 * Who waits for which held attempt in this process: so that a decision is told at once, and so that it is known
 * whether anybody is still there to take up a release. Nothing here outlives the process, and nothing has to.
 */
import type { HaltPlane } from '../halting/halt-plane.js';

export interface WaitingRoom {
  /** The item was decided: whoever waits looks again. */
  changed(id: string): void;
  /** Resolves when the item was decided, after `ms`, or when `signal` is aborted. */
  wait(id: string, ms: number, signal?: AbortSignal): Promise<void>;
  /** Its agent has asked for it just now. */
  seen(id: string): void;
  /** Is its agent there, as far as anybody can tell? */
  isAwaited(id: string): boolean;
}

/** An agent that waits asks again within the second in which its poll ended. */
const PRESENT_MS = 10_000;
/** Beyond this many, who was here longest ago is forgotten. */
const REMEMBERED = 10_000;

const rooms = new WeakMap<HaltPlane, WaitingRoom>();

/** The one room of this control plane. */
export function waitingRoomOf(plane: HaltPlane): WaitingRoom {
  const known = rooms.get(plane);
  if (known !== undefined) return known;
  const room = createWaitingRoom();
  rooms.set(plane, room);
  return room;
}

function createWaitingRoom(): WaitingRoom {
  const waiting = new Map<string, Set<() => void>>();
  const lastSeen = new Map<string, number>();
  const seen = (id: string): void => {
    lastSeen.delete(id);
    lastSeen.set(id, performance.now());
    const [oldest] = lastSeen.keys();
    if (lastSeen.size > REMEMBERED && oldest !== undefined) lastSeen.delete(oldest);
  };
  return {
    seen,
    changed: (id) => [...(waiting.get(id) ?? [])].forEach((tell) => tell()),
    isAwaited: (id) =>
      waiting.has(id) || performance.now() - (lastSeen.get(id) ?? Number.NEGATIVE_INFINITY) < PRESENT_MS,
    wait: (id, ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const those = waiting.get(id) ?? new Set();
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          those.delete(end);
          if (those.size === 0) waiting.delete(id);
          seen(id);
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal?.addEventListener('abort', end, { once: true });
        waiting.set(id, those.add(end));
      }),
  };
}
