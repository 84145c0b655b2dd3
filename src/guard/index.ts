/** `haltline/guard`: what an agent imports to be stoppable. */
export { attributesOf, type ActionAttributes, type ActiveSpan } from './attributes.js';
export { checkGuard, type CheckGuard, type CheckGuardOptions } from './check-guard.js';
export { createGuard } from './create-guard.js';
export { guardFromParent, type GuardFromParentOptions } from './guard-from-parent.js';
export type {
  Acting,
  ActionContext,
  Guard,
  GuardedAttempt,
  GuardOptions,
  GuardView,
  RunningAction,
} from './guard.js';
export type { MessageCarrier } from './child-port.js';
export { HaltedError, isHaltedError, type Refusal } from './halted-error.js';
export type { GuardState } from './judge.js';
export type { Artifact, ArtifactReview, Reviewed } from './report.js';
export { stateFile, type Persist } from './state-file.js';
