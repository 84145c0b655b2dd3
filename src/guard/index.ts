/** `haltline/guard`: what an agent imports to be stoppable. */
export { createGuard } from './create-guard.js';
export type {
  ActionContext,
  Guard,
  GuardedAttempt,
  GuardOptions,
  GuardView,
  RunningAction,
} from './guard.js';
export { HaltedError, type Refusal } from './halted-error.js';
export type { GuardState } from './judge.js';
