import { DomainError } from '../../core/errors.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import { hasRecovered, lastStepBy, missingSteps, needsSecondPerson } from '../../core/rollback-rules.js';
import { applyToChecklists } from '../../core/rollback.js';
import { isSomebody, pressOnChecklist, type ChecklistPress, type PressContext } from './checklist-press.js';
import type { Deps } from '../deps.js';
import { namelessToken } from './finish-step.js';
import { requireText } from '../incidents/require-text.js';

export interface VerifyChecklist extends ChecklistPress {
  /** What shows that the rollback took: a text or a link. */
  readonly evidence: string;
}

type Verified = Extract<IncidentEvent, { type: 'checklist:verified' }>;

/**
 * Confirms that the rollback took. When it was the last one open, the incident has recovered. DomainError
 * `gate-closed` names the steps that are missing, `same-person` where money or access moved.
 */
export async function verifyChecklist(deps: Deps, input: VerifyChecklist): Promise<{ first: boolean }> {
  const evidence = requireText(
    input.evidence,
    'Say what shows that it took: a query result, a count or a link.',
  );
  return pressOnChecklist(deps, { press: input, what: 'checklist:verify' }, (context) => {
    if (context.checklist.verified !== null) return { kind: 'already' };
    requireAllSteps(context);
    const error = secondPersonRefusal(deps, context, input);
    if (error !== undefined) return { kind: 'refuse', error };
    const event: Verified = {
      type: 'checklist:verified',
      data: { actionClass: input.actionClass, by: context.by, at: context.at },
      private: { evidence },
    };
    return { kind: 'record', event, key: input.actionClass, afterwards: recovery(context, event) };
  });
}

function requireAllSteps({ checklist, profile }: PressContext): void {
  const missing = missingSteps(checklist, profile);
  if (missing.length === 0) return;
  const names = missing.map(({ id }) => id).join(', ');
  throw new DomainError(
    'gate-closed',
    `Not yet: these steps of ${checklist.actionClass} are not done: ${names}. Finish them with evidence, or choose the substitute.`,
  );
}

/**
 * Two people where money or access moved. Where the role has one holder only, their own word has to do: a rollback
 * that nobody can ever confirm helps no one at 3 a.m., and the checklist shows that both were the same person.
 */
function secondPersonRefusal(
  { directory }: Deps,
  { incident, checklist, by }: PressContext,
  input: VerifyChecklist,
): DomainError | undefined {
  if (incident.kind === 'drill' || !needsSecondPerson(input.actionClass)) return undefined;
  if (!isSomebody(by)) return namelessToken(input);
  if (lastStepBy(checklist) !== by) return undefined;
  const others = directory.membersOf(checklist.operator, incident.agentId).filter((member) => member !== by);
  if (others.length === 0) return undefined;
  return new DomainError(
    'same-person',
    `You did the last step of ${input.actionClass}. Another ${checklist.operator} has to verify it: it moved money or access.`,
  );
}

function recovery({ incident, at }: PressContext, event: Verified): IncidentEvent[] {
  const after: Incident = { ...incident, checklists: applyToChecklists(incident.checklists, event, at) };
  if (!hasRecovered(after)) return [];
  return [{ type: 'status:changed', data: { from: incident.status, to: 'recovered' }, private: null }];
}
