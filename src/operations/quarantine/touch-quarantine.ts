import type { Transaction } from '../../store/types.js';
import type { Settings } from '../deps.js';
import { readPlane } from '../halting/read-plane.js';
import { touchBoard, touchHalt } from '../halting/touch-halt.js';

/** Has the list of what an order holds rendered again, where it was first shown, and the board, which counts what waits. */
export async function touchQuarantine(tx: Transaction, settings: Settings, haltId: string): Promise<void> {
  const shown = await tx.surface(`quarantine:${haltId}`);
  if (shown !== undefined) {
    const { key, kind, lane, incident, target } = shown;
    await tx.touchSurface({ key, kind, lane, incident, target });
    return touchBoard(tx, settings);
  }
  // Where the order was given; nobody knows while it could not be written yet.
  const order = (await readPlane(tx)).orders.get(haltId);
  await touchHalt(tx, settings, order ?? { haltId, incident: null, originChannel: null }, 'quarantine');
}
