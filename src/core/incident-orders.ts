import type { Order } from './containment.js';
import type { Incident } from './incident.js';

/** Was the order given for this incident, or does the incident lean on it? */
export function concernsIncident(
  order: Order,
  { name, haltIds }: Pick<Incident, 'name' | 'haltIds'>,
): boolean {
  return order.incident === name || order.alsoIn.includes(name) || haltIds.includes(order.haltId);
}
