import { DomainError } from '../../core/errors.js';
import type { ActionClass } from '../../core/action-class.js';
import type { Checklist } from '../../core/rollback.js';

/** Why this step cannot be worked on now; undefined where it can. Says which steps there are. */
export function stepRefusal(
  checklist: Checklist,
  profile: ActionClass,
  { stepId, substitute }: { stepId: string; substitute: boolean },
): DomainError | undefined {
  if (checklist.verified !== null)
    return new DomainError('already-done', `The rollback of ${checklist.actionClass} has been verified.`);
  if (substitute !== (checklist.substituted !== null))
    return new DomainError(
      'conflict',
      substitute
        ? `Say first that ${checklist.actionClass} cannot be undone and why; then the substitute's steps count.`
        : `${checklist.actionClass} is worked by its substitute now; its own steps no longer count.`,
    );
  const steps = substitute ? profile.substitute.steps : profile.steps;
  if (steps.some(({ id }) => id === stepId)) return undefined;
  const known = steps.map(({ id }) => id).join(', ');
  return new DomainError('not-found', `${checklist.actionClass} has no step "${stepId}". It has: ${known}.`);
}
