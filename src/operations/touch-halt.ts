import type { Transaction } from '../store/types.js';
import type { Settings } from './deps.js';

export interface HaltSurface {
  readonly haltId: string;
  readonly incident: string | null;
  readonly alsoIn?: readonly string[];
  readonly originChannel: string | null;
}

/**
 * Has everything rendered again that shows this order: its own message in the incident, else where it was
 * ordered, else where incidents are announced; and the cards of the incidents that lean on it.
 */
export async function touchHalt(
  tx: Transaction,
  settings: Settings,
  { haltId, incident, originChannel, alsoIn = [] }: HaltSurface,
  kind: 'halt' | 'lift' = 'halt',
): Promise<void> {
  const target = incident === null ? (originChannel ?? settings.announceChannel) : 'incident';
  if (target !== null)
    await tx.touchSurface({ key: `${kind}:${haltId}`, kind, lane: 'halt', incident, target });
  for (const name of [incident, ...alsoIn]) if (name !== null) await tx.touchSurfacesOf(name);
}
