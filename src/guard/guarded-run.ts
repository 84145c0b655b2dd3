/** One action from the question whether it may begin to its end. */
import type { Action } from './action.js';
import type { Judged } from './compiled-rules.js';
import type { ActionContext } from './guard.js';
import { HaltedError } from './halted-error.js';
import type { Hold } from './hold.js';
import type { Judge } from './judge.js';
import type { Reporting } from './reporter.js';
import type { RunningActions } from './running-actions.js';

/** Where attempts are judged, and what runs is kept. */
export interface Enforcing {
  readonly judge: Pick<Judge, 'refusal' | 'allows'>;
  readonly actions: RunningActions;
  /** What becomes of an attempt that an order holds; without it, it is denied. */
  readonly hold: Hold | undefined;
  /** Hears of every attempt what was said to it. */
  readonly reporting: Pick<Reporting, 'checked'> | undefined;
}

/** Nothing is awaited between the judgement and the call. */
export async function guardedRun<T>(
  enforcing: Enforcing,
  attempt: Judged,
  fn: (context: ActionContext) => T | Promise<T>,
): Promise<T> {
  const { judge, actions, reporting } = enforcing;
  // What has waited is judged again, from the beginning.
  if (!judge.allows(attempt)) return guardedRun(enforcing, await releasedOnly(enforcing, attempt), fn);
  reporting?.checked(attempt, 'allow');
  const action = actions.start(attempt);
  let result: T;
  try {
    result = await fn(contextOf(action));
  } catch (error) {
    actions.end(action, 'failed', !judge.allows(attempt));
    throw action.halted === undefined ? error : becauseOf(action.halted, error);
  }
  // A call that kept the event loop busy ends before anybody could tell it to stop.
  actions.end(action, 'completed', !judge.allows(attempt));
  return result;
}

/** Waits with an attempt that an order holds; rejects with what else stands against it. To be judged anew. */
export async function releasedOnly(
  { judge, hold, reporting }: Omit<Enforcing, 'actions'>,
  attempt: Judged,
): Promise<Judged> {
  const refusal = judge.refusal(attempt);
  if (refusal === undefined) return attempt;
  const isHeld = refusal.refusal === 'hold' && hold !== undefined;
  reporting?.checked(attempt, isHeld ? 'hold' : 'deny');
  if (!isHeld) throw refusal;
  return hold(attempt, refusal);
}

/** What the agent's code sees of its action. */
export function contextOf(action: Action): ActionContext {
  return {
    get signal() {
      return action.signal;
    },
    actionId: action.attempt.actionId,
    release: action.attempt.release,
  };
}

function becauseOf(halted: HaltedError, error: unknown): HaltedError {
  return error === halted ? halted : new HaltedError(halted, { cause: error });
}
