import { performance } from 'node:perf_hooks';

export interface Heartbeats {
  /** Has `beat` called once in each period, at a moment of its own. Returns the way out. */
  add(beat: () => void): () => void;
  /** Does it once, when so much time has passed in which we could have heard: what stops us does not count. */
  after(ms: number, work: () => void): void;
  stop(): void;
}

const SLOT_MS = 25;

/**
 * One timer for all streams: the period is cut into slots, and each stream gets one by chance, so that ten thousand
 * guards that came back together are not spoken to together. A slot that a busy moment skipped is made up for, and so is
 * one that `mayBeat` put off, which it can for half a period at most.
 */
export function createHeartbeats(periodMs: number, mayBeat: () => boolean = () => true): Heartbeats {
  const count = Math.max(1, Math.round(periodMs / SLOT_MS));
  const slotMs = periodMs / count;
  const slots = Array.from({ length: count }, () => new Set<() => void>());
  let reached = Math.floor(performance.now() / slotMs);
  const waiting = new Set<{ ticks: number; readonly work: () => void }>();
  const tick = (): void => {
    for (const each of waiting) {
      each.ticks -= 1;
      if (each.ticks > 0) continue;
      waiting.delete(each);
      each.work();
    }
    const now = Math.floor(performance.now() / slotMs);
    if (now - reached <= count / 2 && !mayBeat()) return;
    for (let turn = Math.max(reached + 1, now - count + 1); turn <= now; turn += 1)
      for (const beat of slots[turn % count] ?? []) beat();
    reached = now;
  };
  const timer = setInterval(tick, slotMs);
  timer.unref();
  return {
    add(beat) {
      const slot = slots[Math.floor(Math.random() * count)];
      slot?.add(beat);
      return () => void slot?.delete(beat);
    },
    after: (ms, work) => void waiting.add({ ticks: Math.ceil(ms / slotMs), work }),
    stop: () => clearInterval(timer),
  };
}
