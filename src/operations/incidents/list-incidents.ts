import { parseAgentKey, type NamedAgent } from '../../core/agent-key.js';
import { incidentName } from '../../core/ids.js';
import type { IncidentRow, Reader } from '../../store/types.js';
import type { Deps } from '../deps.js';

/** One line of a list of incidents. */
export interface IncidentListed extends Omit<IncidentRow, 'agentId'>, NamedAgent {
  readonly name: string;
}

/** Open ones first, then the newest. */
export async function listIncidents(
  { store }: Pick<Deps, 'store'>,
  filter: Parameters<Reader['incidents']>[0],
): Promise<IncidentListed[]> {
  const rows = await store.incidents(filter);
  return rows.map((row) => ({
    name: incidentName(row.kind, row.number),
    ...row,
    ...parseAgentKey(row.agentId),
  }));
}
