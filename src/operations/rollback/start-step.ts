import type { DomainError } from '../../core/errors.js';
import { stepState } from '../../core/rollback.js';
import { pressOnChecklist, type ChecklistPress, type PressDecision } from './checklist-press.js';
import type { Deps } from '../deps.js';
import { stepRefusal } from './step-refusal.js';

export interface StartStep extends ChecklistPress {
  readonly stepId: string;
  /** True for a step of the substitute. */
  readonly substitute: boolean;
}

/** Says that somebody is at it, with the time. Steps may be started in any order. */
export async function startStep(deps: Deps, input: StartStep): Promise<{ first: boolean }> {
  return pressOnChecklist(deps, { press: input, what: 'step:start' }, ({ checklist, profile, by, at }) => {
    const step = stepState(checklist, input.stepId, input.substitute);
    if (step.startedAt !== null || step.doneAt !== null) return { kind: 'already' };
    const refusal: DomainError | undefined = stepRefusal(checklist, profile, input);
    if (refusal !== undefined) throw refusal;
    const { actionClass, stepId, substitute } = input;
    return {
      kind: 'record',
      event: { type: 'step:started', data: { actionClass, stepId, substitute, by, at } },
      key: `${actionClass}:${stepId}:${String(substitute)}`,
      afterwards: [],
    } satisfies PressDecision;
  });
}
