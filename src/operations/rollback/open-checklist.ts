import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { openChecklistsIn } from './open-checklists.js';
import { readIncident } from '../incidents/read-incident.js';
import { requireOpen } from '../incidents/require-open.js';

export interface OpenChecklist {
  readonly incident: string;
  /** Left out: every class that the alerts or the agent's inventory name. */
  readonly actionClass?: string | undefined;
  readonly actor: Actor;
}

/** Opens by hand what `/incident rollback [class]` asks for. DomainError `invalid-input` where nothing is known. */
export async function openChecklist(
  deps: Deps,
  { incident: name, actionClass, actor }: OpenChecklist,
): Promise<{ opened: string[]; open: string[] }> {
  const result = await deps.store.transact(async (tx) => {
    const { incident } = await readIncident(tx, name);
    requireOpen(incident);
    const by = authorise(deps, 'checklist', actor, { incident });
    const opened = await openChecklistsIn(tx, deps, { incident, actor: by, at: deps.now(), actionClass });
    const open = [...incident.checklists.map((checklist) => checklist.actionClass), ...opened];
    if (open.length > 0) return { opened, open };
    const known = [...deps.registry.actionClasses.keys()].join(', ');
    throw new DomainError(
      'invalid-input',
      `Nothing says what this agent did. Name the class: /incident rollback <class>, one of ${known}.`,
    );
  });
  deps.wake();
  return result;
}
