/**
 * Two clocks read at once. The monotonic one never jumps, but stands still while a machine is suspended; the wall
 * clock goes on then, but may be set. Whoever has to know how long ago something was takes the longer answer.
 */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export type Clock = () => Moment;

export const systemClock: Clock = () => ({ monotonicMs: performance.now(), wallMs: Date.now() });

/** How far the two have drifted apart since `from`: a suspended machine, or a clock that was set. */
export function jumpMs(from: Moment, to: Moment): number {
  return Math.abs(to.wallMs - from.wallMs - (to.monotonicMs - from.monotonicMs));
}
