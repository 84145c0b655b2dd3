/** Reads what surfaces show: always from the store, at the moment of rendering, never from a message. */
import { touchesAgent } from '../../core/halt.js';
import { ordersInForce, type Order, type Plane } from '../../core/containment.js';
import { HaltEvent } from '../../core/halt-events.js';
import type { Incident } from '../../core/incident.js';
import type { Deps } from '../../operations/deps.js';
import { readIncident } from '../../operations/read-incident.js';
import { PLANE_STREAM, readPlane } from '../../operations/read-plane.js';
import type { SurfaceRow } from '../../store/types.js';
import { channelOf } from './places.js';

/** What a surface cannot be rendered without, and nothing will bring back. */
export class NothingToShow extends Error {
  override readonly name = 'NothingToShow';
}

export interface IncidentContext {
  readonly incident: Incident;
  /** Orders given in it, and those in force that stop its agent, oldest first. */
  readonly orders: readonly Order[];
  readonly channelId: string | null;
}

export async function loadIncident({ store }: Deps, surface: SurfaceRow): Promise<IncidentContext> {
  const name = surface.incident;
  if (name === null) throw new NothingToShow('the surface belongs to no incident');
  const { incident } = await readIncident(store, name);
  const orders = ordersOf(incident, await readPlane(store));
  return { incident, orders, channelId: await channelOf(store, name) };
}

function ordersOf(incident: Incident, plane: Plane): Order[] {
  const elsewhere =
    incident.kind === 'drill' ? [] : ordersInForce(plane).filter((order) => stops(order, incident));
  const own = new Set([...incident.haltIds, ...elsewhere.map(({ haltId }) => haltId)]);
  return [...plane.orders.values()].filter(({ haltId }) => own.has(haltId));
}

function stops({ scope }: Order, { agentId, status }: Incident): boolean {
  if (status === 'closed') return false;
  return (
    scope.kind === 'all' || (agentId !== null && scope.kind !== 'action' && touchesAgent(scope, agentId))
  );
}

type Asked = Extract<HaltEvent, { type: 'halt:asked' }>;

/** A plea for a halt, and the order that answered it, if somebody gave one since. */
export async function loadAsk(
  { store }: Deps,
  askId: string,
): Promise<{ asked: Asked; answer: Order | null }> {
  const entries = await store.readStream(PLANE_STREAM);
  const asked = entries
    .filter(({ type }) => type === 'halt:asked')
    .map(({ type, data, private: secret }) => HaltEvent.parse({ type, data, private: secret ?? null }))
    .find((event): event is Asked => event.type === 'halt:asked' && event.data.askId === askId);
  if (asked === undefined) throw new NothingToShow('nobody asked');
  const { orders } = await readPlane(store);
  return { asked, answer: [...orders.values()].find((order) => answers(order, asked)) ?? null };
}

/** The same scope, or everything, ordered since. */
function answers(order: Order, { data }: Asked): boolean {
  const isWideEnough =
    order.scope.kind === 'all' || JSON.stringify(order.scope) === JSON.stringify(data.scope);
  return order.at >= data.at && isWideEnough;
}
