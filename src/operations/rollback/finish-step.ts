import { stepState } from '../../core/rollback.js';
import { isSomebody, pressOnChecklist, type ChecklistPress } from './checklist-press.js';
import type { Deps } from '../deps.js';
import { requireText } from '../incidents/require-text.js';
import type { StartStep } from './start-step.js';
import { stepRefusal } from './step-refusal.js';
import { needsSecondPerson } from '../../core/rollback-rules.js';
import { DomainError } from '../../core/errors.js';

export interface FinishStep extends StartStep {
  /** A text or a link that proves it. */
  readonly evidence: string;
}

/** A step is done when somebody can show it. It need not have been started by a press. */
export async function finishStep(deps: Deps, input: FinishStep): Promise<{ first: boolean }> {
  const { actionClass, stepId, substitute } = input;
  const evidence = requireText(input.evidence, 'Say what proves it: a query result, a count or a link.');
  return pressOnChecklist(
    deps,
    { press: input, what: 'step:done' },
    ({ checklist, profile, incident, by, at }) => {
      if (stepState(checklist, stepId, substitute).doneAt !== null) return { kind: 'already' };
      const refusal = stepRefusal(checklist, profile, input);
      if (refusal !== undefined) throw refusal;
      if (incident.kind === 'incident' && needsSecondPerson(actionClass) && !isSomebody(by))
        return { kind: 'refuse', error: namelessToken(input) };
      return {
        kind: 'record',
        event: {
          type: 'step:done',
          data: { actionClass, stepId, substitute, by, at },
          private: { evidence },
        },
        key: `${actionClass}:${stepId}:${String(substitute)}`,
        afterwards: [],
      };
    },
  );
}

/** Where two people must differ, a press by nobody in particular would let one person be both. */
export function namelessToken({ actionClass }: ChecklistPress): DomainError {
  return new DomainError(
    'same-person',
    `${actionClass} takes two people, and this token stands for nobody. Create one with --person, or press in Slack.`,
  );
}
