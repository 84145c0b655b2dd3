/** Reads what surfaces show: always from the store, at the moment of rendering, never from a message. */
import type { Ask } from '../../core/ask.js';
import { touchesAgent } from '../../core/halt.js';
import { ordersInForce, type Order, type Plane } from '../../core/containment.js';
import type { Incident } from '../../core/incident.js';
import type { Deps } from '../../operations/deps.js';
import { readIncident } from '../../operations/incidents/read-incident.js';
import { readOrder, readOrdersOf, readPlane } from '../../operations/halting/read-plane.js';
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
  const orders = merged(incident, await readOrdersOf(store, incident), await readPlane(store));
  return { incident, orders, channelId: await channelOf(store, name) };
}

function merged(incident: Incident, own: readonly Order[], plane: Plane): Order[] {
  const elsewhere =
    incident.kind === 'drill' ? [] : ordersInForce(plane).filter((order) => stops(order, incident));
  const all = new Map([...own, ...elsewhere].map((order) => [order.haltId, order]));
  return [...all.values()].toSorted((a, b) => a.epoch - b.epoch);
}

function stops({ scope }: Order, { agentId, status }: Incident): boolean {
  if (status === 'closed') return false;
  return (
    scope.kind === 'all' || (agentId !== null && scope.kind !== 'action' && touchesAgent(scope, agentId))
  );
}

/** A plea for a halt, and the order that answered it. */
export async function loadAsk({ store }: Deps, askId: string): Promise<{ ask: Ask; answer: Order | null }> {
  const { asks } = await readPlane(store);
  const ask = asks.get(askId);
  if (ask === undefined) throw new NothingToShow('nobody asked');
  return { ask, answer: ask.answer === null ? null : await readOrder(store, ask.answer) };
}
