import type { QuarantineState } from '../../../blocks/quarantine.js';
import type { Deps } from '../../operations/deps.js';
import { listAttempts } from '../../operations/quarantine/list-attempts.js';
import { readOrder } from '../../operations/halting/read-plane.js';
import type { SurfaceRow } from '../../store/types.js';

/** More than a message shows. */
const LISTED = 30;

/** What the order of a surface `quarantine:H-7` holds now. */
export async function loadQuarantine(deps: Deps, { key }: SurfaceRow): Promise<QuarantineState> {
  const order = await readOrder(deps.store, key.slice('quarantine:'.length));
  const { haltId } = order;
  const { attempts } = await listAttempts(deps, { haltId, states: ['held', 'released'], limit: LISTED });
  return { order, items: attempts, counts: await deps.store.countHeldAttempts({ haltId }) };
}
