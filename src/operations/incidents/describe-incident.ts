import { gapsOf, largestGap, mttdForAgents, standardFigures, type Gap } from '../../core/detection-chain.js';
import type { Incident } from '../../core/incident.js';
import type { Order } from '../../core/containment.js';
import type { Deps } from '../deps.js';
import { readIncident } from './read-incident.js';
import { readOrdersOf } from '../halting/read-plane.js';

/** An incident with what follows from it; unknown is null throughout. */
export interface IncidentState extends Incident {
  readonly gaps: readonly Gap[];
  readonly largestGap: Gap['name'] | null;
  readonly mttdForAgentsMs: number | null;
  readonly standardFigures: ReturnType<typeof standardFigures>;
  readonly halts: readonly Order[];
}

/** Everything known about one incident now. DomainError `not-found`. */
export async function describeIncident(
  { store }: Pick<Deps, 'store'>,
  { incident: name }: { readonly incident: string },
): Promise<IncidentState> {
  const { incident } = await readIncident(store, name);
  const halts = await readOrdersOf(store, incident);
  const { chain, haltIds } = incident;
  return {
    ...incident,
    gaps: gapsOf(chain),
    largestGap: largestGap(chain)?.name ?? null,
    mttdForAgentsMs: mttdForAgents(chain),
    standardFigures: standardFigures(chain),
    halts: halts.filter(({ haltId }) => haltIds.includes(haltId)),
  };
}
