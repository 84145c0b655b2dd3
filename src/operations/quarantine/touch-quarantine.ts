import type { Transaction } from '../../store/types.js';
import type { Settings } from '../deps.js';
import { readPlane } from '../halting/read-plane.js';
import { touchHalt } from '../halting/touch-halt.js';

/** Has the list of what an order holds rendered again; it stays where it was first shown. */
export async function touchQuarantine(tx: Transaction, settings: Settings, haltId: string): Promise<void> {
  const shown = await tx.surface(`quarantine:${haltId}`);
  if (shown !== undefined) {
    const { key, kind, lane, incident, target } = shown;
    return tx.touchSurface({ key, kind, lane, incident, target });
  }
  // Where the order was given; nobody knows while it could not be written yet.
  const order = (await readPlane(tx)).orders.get(haltId);
  await touchHalt(tx, settings, order ?? { haltId, incident: null, originChannel: null }, 'quarantine');
}
