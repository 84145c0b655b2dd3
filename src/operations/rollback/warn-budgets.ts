import { systemActor } from '../../core/actor.js';
import { incidentName, type Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import { dueWarning } from '../../core/rollback.js';
import type { Registry } from '../../registry/registry.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';

/** More open incidents than this and budgets are not what people look at. */
const AT_MOST = 1000;

/**
 * A tick: records each budget that has passed half, four fifths or all of its time, once per mark, and has the
 * checklist rendered again, with a message below it that mentions the operators. After a pause only the highest mark is given. Returns how many.
 */
export async function warnBudgets(deps: Deps): Promise<number> {
  const rows = await deps.store.incidents({ open: true, limit: AT_MOST });
  let given = 0;
  for (const row of rows.filter(({ open }) => open)) {
    given += await warnOne(deps, incidentName(row.kind, row.number));
  }
  if (given > 0) deps.wake();
  return given;
}

async function warnOne(deps: Deps, name: string): Promise<number> {
  const now = deps.now();
  const { incident } = await readIncident(deps.store, name);
  if (warningsDue(deps.registry, incident, now).length === 0) return 0;
  return deps.store.transact(async (tx) => {
    const current = await readIncident(tx, name);
    const warnings = warningsDue(deps.registry, current.incident, now);
    if (warnings.length === 0) return 0;
    await appendToIncident(tx, {
      incident: name,
      events: warnings,
      actor: systemActor('budgets'),
      at: now,
      expectedVersion: current.version,
    });
    for (const { data } of warnings) await postWarning(tx, name, data);
    return warnings.length;
  });
}

/** A message of its own below the checklist: an edited message reaches nobody. */
async function postWarning(
  tx: Transaction,
  incident: string,
  { actionClass, budgetId, percent }: Warning['data'],
): Promise<void> {
  await tx.touchSurface({
    key: `budget:${incident}:${actionClass}:${budgetId}:${percent}`,
    kind: 'budget-warning',
    lane: 'bulk',
    incident,
    target: 'incident',
    threadOf: `checklist:${incident}:${actionClass}`,
  });
}

type Warning = Extract<IncidentEvent, { type: 'budget:warned' }>;

function warningsDue(registry: Registry, incident: Incident, at: Instant): Warning[] {
  return incident.checklists.flatMap((checklist) =>
    (registry.actionClasses.get(checklist.actionClass)?.budgets ?? []).flatMap((budget) => {
      const percent = dueWarning(checklist, budget, at);
      if (percent === undefined) return [];
      const { actionClass } = checklist;
      return [{ type: 'budget:warned' as const, data: { actionClass, budgetId: budget.id, percent, at } }];
    }),
  );
}
