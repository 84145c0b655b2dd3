import type { Deps } from '../deps.js';
import { recordOrder } from '../halting/record-order.js';

/** Writes the orders that are in force and could not be written before. True when none is left. */
export async function recordLate(deps: Deps): Promise<boolean> {
  const { unrecorded } = deps.plane.orders;
  for (const [haltId, order] of unrecorded) {
    try {
      await recordOrder(deps, order, true);
      deps.log.info({ haltId }, 'halt recorded late');
    } catch (error) {
      deps.log.error({ err: error, haltId }, 'halt still not recorded; it stands, and the writing goes on');
      return false;
    }
  }
  return true;
}
