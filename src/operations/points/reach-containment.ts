import { differenceInMilliseconds } from 'date-fns';
import { systemActor } from '../../core/actor.js';
import { CONTAINMENT_TARGET_SECONDS, settledAt, type Order } from '../../core/containment.js';
import { touchesAgent } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { openChecklistsIn } from '../rollback/open-checklists.js';
import { readIncident, type IncidentReading } from '../incidents/read-incident.js';
import { refreshTopicNow } from '../incidents/refresh-topic.js';

export const CONTAINMENT = systemActor('settle-containment');

/**
 * Every point of the order has settled: the incident is contained, if that proves anything about its own agent.
 * An order that does not touch the agent, or found no enforcement point of it, proves nothing.
 */
export async function reachContainmentIn(
  tx: Transaction,
  deps: Deps,
  { order, incident: name, at: recordedAt }: { order: Order; incident: string; at: Instant },
): Promise<void> {
  const { incident, history } = await readIncident(tx, name);
  const at = settledAt(order);
  if (at === undefined || isProven(history) || !provesIt(order, incident)) return;
  const append = { stream: name, actor: CONTAINMENT, occurredAt: at, recordedAt };
  await tx.append({ ...append, events: [reached(order, at), ...becomesContained(order, incident)] });
  const { incident: contained } = await readIncident(tx, name);
  await openChecklistsIn(tx, deps, { incident: contained, actor: CONTAINMENT, at });
  await refreshTopicNow(tx, name);
  await tx.touchSurfacesOf(name);
}

/** Proven once, and not taken back since. A responder who set the status by hand has proven nothing. */
function isProven(history: IncidentReading['history']): boolean {
  const reachedAt = history.findLastIndex(({ event }) => event.type === 'containment:reached');
  const takenBackAt = history.findLastIndex(
    ({ event }) =>
      event.type === 'status:changed' && (event.data.to === 'open' || event.data.to === 'acknowledged'),
  );
  return reachedAt > takenBackAt;
}

function provesIt(order: Order, incident: Incident): boolean {
  const agentId = incident.agentId ?? incident.agentLabel;
  if (agentId === null) return true;
  if (!touchesAgent(order.scope, agentId) || order.uncovered.includes(agentId)) return false;
  return order.points.some((point) => point.agentId === agentId);
}

function reached(order: Order, at: Instant): IncidentEvent {
  const { haltId, clockStartedAt } = order;
  const seconds = differenceInMilliseconds(at, clockStartedAt) / 1000;
  const withinTarget = seconds <= CONTAINMENT_TARGET_SECONDS;
  return { type: 'containment:reached', data: { haltId, at, clockStartedAt, seconds, withinTarget } };
}

function becomesContained({ haltId }: Order, { status }: Incident): IncidentEvent[] {
  if (status !== 'open' && status !== 'acknowledged') return [];
  const text = `${haltId}: every enforcement point has settled.`;
  return [{ type: 'status:changed', data: { from: status, to: 'contained' }, private: { text } }];
}

/** A point came back with work still running, or its agent was started again: the incident is not contained after all, and the card must say so. */
export async function withdrawContainmentIn(
  tx: Transaction,
  {
    order,
    incident: name,
    running,
    at,
  }: { order: Order; incident: string; running: readonly string[]; at: Instant },
): Promise<void> {
  const { status } = (await readIncident(tx, name)).incident;
  if (status !== 'contained' && status !== 'recovered') return;
  const text =
    running.length > 0
      ? `${order.haltId}: an enforcement point came back and reported work that still runs.`
      : `${order.haltId}: an enforcement point had stopped and says that its agent runs again.`;
  const changed: IncidentEvent = {
    type: 'status:changed',
    data: { from: status, to: 'acknowledged' },
    private: { text },
  };
  await tx.append({ stream: name, events: [changed], actor: CONTAINMENT, occurredAt: at, recordedAt: at });
  await refreshTopicNow(tx, name);
  await tx.touchSurfacesOf(name);
}
