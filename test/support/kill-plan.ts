/** When the bot dies, drawn from a seed: the same seed is the same plan. */
import type { CallMoment } from './killing-proxy.js';

/** One death: at the n-th call to Slack after the step has begun, or so many milliseconds after. */
export type Kill =
  | { readonly step: string; readonly call: number; readonly when: CallMoment['when'] }
  | { readonly step: string; readonly ms: number };

/** `count` deaths at steps in the order of the path, never two at the same. */
export function planKills(seed: number, steps: readonly string[], count: number): Kill[] {
  const random = randomOf(seed);
  const drawn = new Set<number>();
  while (drawn.size < Math.min(count, steps.length)) drawn.add(Math.floor(random() * steps.length));
  return [...drawn]
    .toSorted((a, b) => a - b)
    .map((index) => {
      const step = steps[index] ?? '';
      if (random() < 0.35) return { step, ms: Math.floor(random() * 700) };
      return { step, call: 1 + Math.floor(random() * 5), when: random() < 0.5 ? 'before' : 'after' };
    });
}

/** mulberry32: small, and good enough to pick moments. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
