import { applyHaltEvent, EMPTY_PLANE, type Order, type Plane } from '../../core/containment.js';
import { DomainError } from '../../core/errors.js';
import { HaltEvent } from '../../core/halt-events.js';
import { concernsIncident } from '../../core/incident-orders.js';
import type { Incident } from '../../core/incident.js';
import type { Entry } from '../../core/journal.js';
import { withoutOld } from '../../core/keep-orders.js';
import type { Projection, Reader } from '../../store/types.js';

/** The one stream of halts and enforcement points. */
export const PLANE_STREAM = 'plane';

const PLANE: Projection<Plane> = {
  stream: PLANE_STREAM,
  empty: EMPTY_PLANE,
  apply: (plane, entry) => {
    const after = applyEntry(plane, entry);
    // Looked at when there is one order more; in between nothing grows.
    return entry.type === 'halt:ordered' ? withoutOld(after, entry.recordedAt) : after;
  },
  kept: new WeakMap(),
};

function applyEntry(plane: Plane, { type, data, private: secret }: Entry): Plane {
  return applyHaltEvent(plane, HaltEvent.parse({ type, data, private: secret ?? null }));
}

/**
 * The orders in force, and those that have not been over for long, as the journal tells them. Costs what was written
 * since the last reading, not the whole journal.
 */
export function readPlane(store: Reader): Promise<Plane> {
  return store.fold(PLANE);
}

/** Every order there ever was. Costs the whole journal of halts: for questions about the past. */
export async function readWholePlane(store: Reader): Promise<Plane> {
  return (await store.readStream(PLANE_STREAM)).reduce(applyEntry, EMPTY_PLANE);
}

/** The orders that were given for an incident or that it leans on, however long ago. */
export async function readOrdersOf(
  store: Reader,
  incident: Pick<Incident, 'name' | 'haltIds'>,
): Promise<Order[]> {
  const kept = await readPlane(store);
  const isWhole = incident.haltIds.every((haltId) => kept.orders.has(haltId));
  const { orders } = isWhole ? kept : await readWholePlane(store);
  return [...orders.values()].filter((order) => concernsIncident(order, incident));
}

/** DomainError `not-found` names the orders there are. */
export async function readOrder(store: Reader, haltId: string): Promise<Order> {
  const id = haltId.toUpperCase();
  const { orders } = await readPlane(store);
  const order =
    orders.get(id) ?? (MAY_BE_OLD.test(id) ? (await readWholePlane(store)).orders.get(id) : undefined);
  if (order !== undefined) return order;
  const known = [...orders.values()]
    .filter(({ lifted, drill }) => lifted === null && !drill)
    .map((each) => each.haltId);
  const hint = known.length === 0 ? 'No halt is in force.' : `In force: ${known.join(', ')}.`;
  throw new DomainError('not-found', `There is no halt ${haltId}. ${hint}`);
}

const MAY_BE_OLD = /^H-[1-9]\d{0,8}$/;
