import type { GuardView } from './guard.js';

/** The agent's own code must not break its guard: what its listeners throw is dropped. */
export function tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch {
    // Nobody is left to tell.
  }
}

/** Tells the agent's code of every change once. */
export function createShow(
  onState: ((view: GuardView) => void) | undefined,
  onLive: () => void,
): (view: GuardView) => void {
  let shown: GuardView | undefined;
  return (view) => {
    const isSame = shown?.state === view.state && shown.epoch === view.epoch && shown.halts === view.halts;
    if (isSame) return;
    shown = view;
    if (view.state === 'live') onLive();
    tell(onState, view);
  };
}
