import { parseIncidentName } from '../../core/ids.js';
import type { Reader } from '../../store/types.js';

/** Channels are made in the bulk lane: a halt does not wait for one. */
export async function hasChannel(store: Reader, incident: string): Promise<boolean> {
  const parsed = parseIncidentName(incident);
  if (parsed === undefined) return false;
  const row = await store.incident(parsed.kind, parsed.number);
  return row !== undefined && row.channelId !== null;
}
