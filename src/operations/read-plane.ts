import { applyHaltEvent, EMPTY_PLANE, type Order, type Plane } from '../core/containment.js';
import { DomainError } from '../core/errors.js';
import { HaltEvent } from '../core/halt-events.js';
import type { Projection, Reader } from '../store/types.js';

/** The one stream of halts and enforcement points. */
export const PLANE_STREAM = 'plane';

const PLANE: Projection<Plane> = {
  stream: PLANE_STREAM,
  empty: EMPTY_PLANE,
  apply: (plane, { type, data, private: secret }) =>
    applyHaltEvent(plane, HaltEvent.parse({ type, data, private: secret ?? null })),
  kept: new WeakMap(),
};

/** All orders as the journal tells them. Costs what was written since the last reading, not the whole journal. */
export function readPlane(store: Reader): Promise<Plane> {
  return store.fold(PLANE);
}

/** DomainError `not-found` names the orders there are. */
export async function readOrder(store: Reader, haltId: string): Promise<Order> {
  const { orders } = await readPlane(store);
  const order = orders.get(haltId.toUpperCase());
  if (order !== undefined) return order;
  const known = [...orders.values()].filter(({ lifted }) => lifted === null).map((each) => each.haltId);
  const hint = known.length === 0 ? 'No halt is in force.' : `In force: ${known.join(', ')}.`;
  throw new DomainError('not-found', `There is no halt ${haltId}. ${hint}`);
}
