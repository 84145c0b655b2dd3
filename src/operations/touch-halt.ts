import { parseIncidentName } from '../core/ids.js';
import type { Transaction } from '../store/types.js';
import type { Settings } from './deps.js';

export interface HaltSurface {
  readonly haltId: string;
  readonly incident: string | null;
  readonly alsoIn?: readonly string[];
  readonly originChannel: string | null;
}

/**
 * Has everything rendered again that shows this order: its own message in the incident's channel where there is
 * one by now, else where it was ordered, else where incidents are announced; and the cards of the incidents that
 * lean on it.
 */
export async function touchHalt(
  tx: Transaction,
  settings: Settings,
  { haltId, incident, originChannel, alsoIn = [] }: HaltSurface,
  kind: 'halt' | 'lift' = 'halt',
): Promise<void> {
  const elsewhere = originChannel ?? settings.announceChannel;
  const inIncident = incident !== null && (elsewhere === null || (await hasChannel(tx, incident)));
  const target = inIncident ? 'incident' : elsewhere;
  if (target !== null)
    await tx.touchSurface({ key: `${kind}:${haltId}`, kind, lane: 'halt', incident, target });
  for (const name of [incident, ...alsoIn]) if (name !== null) await tx.touchSurfacesOf(name);
}

/** Channels are made in the bulk lane: a halt does not wait for one. */
async function hasChannel(tx: Transaction, incident: string): Promise<boolean> {
  const parsed = parseIncidentName(incident);
  if (parsed === undefined) return false;
  const row = await tx.incident(parsed.kind, parsed.number);
  return row !== undefined && row.channelId !== null;
}
