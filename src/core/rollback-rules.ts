/**
 * When a press on a rollback checklist counts. Who may press at all (the class's operator) is a matter of
 * roles and is checked by the operation; here stand the rules about order and about two people.
 */
import type { ActionClass, RollbackStep } from './action-class.js';
import type { Incident } from './incident.js';
import { stepState, type Checklist } from './rollback.js';

/** The little of an action class that the rules need. */
type Profile = Pick<ActionClass, 'steps' | 'substitute'>;

/**
 * Classes that move money or give access: whoever did the last step cannot be the one who confirms it.
 * Dual control on restoring, never on halting.
 */
const TWO_PEOPLE: ReadonlySet<string> = new Set(['external-api-call', 'identity-change']);

/** Must the verification come from somebody else than the last step? */
export function needsSecondPerson(actionClass: string): boolean {
  return TWO_PEOPLE.has(actionClass);
}

/** The steps that stand between now and the verification: the substitute's, once it has been chosen. */
export function requiredSteps(checklist: Checklist, profile: Profile): readonly RollbackStep[] {
  return checklist.substituted === null ? profile.steps : profile.substitute.steps;
}

/** Required steps that nobody has done. */
export function missingSteps(checklist: Checklist, profile: Profile): RollbackStep[] {
  const substitute = checklist.substituted !== null;
  return requiredSteps(checklist, profile).filter(
    (step) => stepState(checklist, step.id, substitute).doneAt === null,
  );
}

/** Who did the step that was done last; undefined while none is done. */
export function lastStepBy(checklist: Checklist): string | undefined {
  return checklist.steps
    .flatMap(({ doneAt, doneBy }) => (doneAt === null || doneBy === null ? [] : [{ doneAt, doneBy }]))
    .reduce<{ doneAt: string; doneBy: string } | undefined>(
      (last, step) => (last === undefined || step.doneAt >= last.doneAt ? step : last),
      undefined,
    )?.doneBy;
}

/**
 * Has the incident recovered? Every checklist verified, after containment: what still runs can undo the undoing.
 * An exercise stops nothing and so is never contained.
 */
export function hasRecovered(incident: Incident): boolean {
  if (incident.status === 'recovered' || incident.status === 'closed') return false;
  const contained = incident.kind === 'drill' || incident.containedAt !== null;
  return (
    contained &&
    incident.checklists.length > 0 &&
    incident.checklists.every(({ verified }) => verified !== null)
  );
}
