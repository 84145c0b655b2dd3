import { pressOnChecklist, type ChecklistPress } from './checklist-press.js';
import type { Deps } from '../deps.js';
import { requireText } from '../incidents/require-text.js';

export interface SubstituteChecklist extends ChecklistPress {
  /** Why undoing is impossible. */
  readonly why: string;
}

/** Undoing is impossible: from now on the substitute's steps count instead of those that are left. Never taken back. */
export async function substituteChecklist(
  deps: Deps,
  input: SubstituteChecklist,
): Promise<{ first: boolean }> {
  const { actionClass } = input;
  const why = requireText(input.why, 'Say why it cannot be undone.');
  return pressOnChecklist(deps, { press: input, what: 'checklist:substitute' }, ({ checklist, by, at }) => {
    if (checklist.substituted !== null || checklist.verified !== null) return { kind: 'already' };
    return {
      kind: 'record',
      event: { type: 'checklist:substituted', data: { actionClass, by, at }, private: { why } },
      key: actionClass,
      afterwards: [],
    };
  });
}
