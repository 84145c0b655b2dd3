/** How far rollback has come, counted in steps. */
import type { ActionClass, RollbackStep } from '../src/core/action-class.js';
import { stepState, type Checklist, type StepState } from '../src/core/rollback.js';

/** A step with its text from the runbook and where it stands. */
export interface ListedStep {
  readonly step: RollbackStep;
  readonly state: StepState;
}

/** The steps that count: where the substitute took over, those done before it and the substitute's own. */
export function listedSteps(checklist: Checklist, profile: ActionClass): ListedStep[] {
  const own = profile.steps.map((step) => ({ step, state: stepState(checklist, step.id, false) }));
  if (checklist.substituted === null) return own;
  const instead = profile.substitute.steps.map((step) => ({
    step,
    state: stepState(checklist, step.id, true),
  }));
  return [...own.filter(({ state }) => state.doneAt !== null), ...instead];
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly verified: number;
  readonly checklists: number;
}

/** Over all checklists of an incident; one whose class the runbooks no longer hold counts what was pressed. */
export function rollbackProgress(
  checklists: readonly Checklist[],
  profiles: ReadonlyMap<string, ActionClass>,
): Progress {
  const steps = checklists.flatMap((checklist) => {
    const profile = profiles.get(checklist.actionClass);
    return profile === undefined
      ? checklist.steps
      : listedSteps(checklist, profile).map(({ state }) => state);
  });
  return {
    done: steps.filter(({ doneAt }) => doneAt !== null).length,
    total: steps.length,
    verified: checklists.filter(({ verified }) => verified !== null).length,
    checklists: checklists.length,
  };
}
