import { z } from 'zod';
import type { BudgetWarning } from '../../../blocks/budget-warning.js';
import { budgetState } from '../../core/rollback.js';
import type { Deps } from '../../operations/deps.js';
import type { SurfaceRow } from '../../store/types.js';
import { loadIncident, NothingToShow } from './load.js';

const Percent = z.coerce.number().pipe(z.union([z.literal(50), z.literal(80), z.literal(100)]));

/** Key: `budget:INC-7:external-api-call:calls-reversed:80`. */
export async function loadBudgetWarning(deps: Deps, surface: SurfaceRow): Promise<BudgetWarning> {
  const { incident } = await loadIncident(deps, surface);
  const [, , actionClass = '', budgetId = '', mark] = surface.key.split(':');
  const percent = Percent.safeParse(mark);
  const checklist = incident.checklists.find((each) => each.actionClass === actionClass);
  const budget = deps.registry.actionClasses.get(actionClass)?.budgets.find(({ id }) => id === budgetId);
  if (checklist === undefined || budget === undefined || !percent.success)
    throw new NothingToShow('no such budget');
  const state = budgetState(checklist, budget, deps.now());
  if (state === null) throw new NothingToShow('the clock of this budget does not run');
  const operators = deps.directory.membersOf(checklist.operator, incident.agentId);
  return { incident, actionClass, budget, percent: percent.data, dueAt: state.dueAt, operators };
}
