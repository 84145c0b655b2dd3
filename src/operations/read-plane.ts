import { applyHaltEvent, EMPTY_PLANE, type Order, type Plane } from '../core/containment.js';
import { DomainError } from '../core/errors.js';
import { HaltEvent } from '../core/halt-events.js';
import type { Reader } from '../store/types.js';

/** The one stream of halts and enforcement points. */
export const PLANE_STREAM = 'plane';

/** All orders as the journal tells them. */
export async function readPlane(store: Reader): Promise<Plane> {
  const entries = await store.readStream(PLANE_STREAM);
  return entries
    .map(({ type, data, private: secret }) => HaltEvent.parse({ type, data, private: secret ?? null }))
    .reduce(applyHaltEvent, EMPTY_PLANE);
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
