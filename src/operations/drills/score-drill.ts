import { scoreOf, type DrillScore } from '../../core/drill.js';
import { DomainError } from '../../core/errors.js';
import { readOrdersOf } from '../halting/read-plane.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';
import { routeOf } from '../paging/route-of.js';

/** How an exercise went, so far or in the end. DomainError `invalid-input` for a real incident. */
export async function scoreDrill(deps: Deps, { incident: name }: { incident: string }): Promise<DrillScore> {
  const { incident } = await readIncident(deps.store, name);
  if (incident.kind !== 'drill')
    throw new DomainError(
      'invalid-input',
      `${incident.name} is no drill: its figures are in its post-mortem, not in a score.`,
    );
  return scoreOf({
    incident,
    orders: await readOrdersOf(deps.store, incident),
    profiles: deps.registry.actionClasses,
    acknowledgeWithinMinutes: routeOf(deps.registry, incident).acknowledgeWithinMinutes,
    now: incident.closedAt ?? deps.now(),
  });
}
