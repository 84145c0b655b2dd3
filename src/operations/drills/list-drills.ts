import { incidentName, type Instant } from '../../core/ids.js';
import type { Drill } from '../../registry/registry.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';

/** A drill of the runbooks and when it was last run; null for never. */
export interface DrillLine extends Drill {
  readonly lastRunAt: Instant | null;
}

/** How many exercises are looked through for the last run of each. */
const LOOKED_THROUGH = 200;

/** The drills there are, in the order of the runbooks. */
export async function listDrills({ store, registry }: Deps): Promise<DrillLine[]> {
  const rows = await store.incidents({ kind: 'drill', limit: LOOKED_THROUGH });
  const runs: { drillId: string | null; at: Instant }[] = [];
  for (const row of rows) {
    const { incident } = await readIncident(store, incidentName(row.kind, row.number));
    runs.push({ drillId: incident.drillId, at: incident.openedAt });
  }
  return [...registry.drills.values()].map((drill) => {
    const times = runs.filter(({ drillId }) => drillId === drill.id).map(({ at }) => at);
    return { ...drill, lastRunAt: times.toSorted().at(-1) ?? null };
  });
}
