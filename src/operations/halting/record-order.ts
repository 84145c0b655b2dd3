import type { HaltEvent } from '../../core/halt-events.js';
import { incidentName, parseIncidentName, type Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import type { Transaction } from '../../store/types.js';
import { asksAnsweredBy, touchAsks } from './ask-for-halt.js';
import type { Deps } from '../deps.js';
import { tellActuatorsIn } from '../actuators/order-actuators.js';
import { readIncident } from '../incidents/read-incident.js';
import { PLANE_STREAM } from './read-plane.js';
import type { UnrecordedOrder } from './standing-orders.js';
import { touchHalt } from './touch-halt.js';

/** Writes the order, links it to its incident, and brings the counters up to what it uses. Twice is once. */
export async function recordOrder(
  deps: Deps,
  { event, actor, also = [] }: UnrecordedOrder,
  recordedLate: boolean,
): Promise<void> {
  await deps.store.transact(async (tx) => {
    const found = await findIncident(tx, event.data.incident);
    const data = { ...event.data, incident: found?.name ?? null };
    if (!data.drill || data.rehearsal) await raise(tx, 'epoch', data.epoch);
    await raise(tx, 'halt', Number(data.haltId.slice('H-'.length)));
    const clockStartedAt = clockOf(found, data.at);
    const recordedAt = deps.now();
    const answered = await asksAnsweredBy(tx, data);
    const isNew = await tx.append({
      stream: PLANE_STREAM,
      events: [{ ...event, data: { ...data, clockStartedAt, recordedLate } } satisfies HaltEvent, ...also],
      actor,
      occurredAt: data.at,
      recordedAt,
      idempotencyKey: `halt:ordered:${data.haltId}`,
    });
    if (!isNew) return;
    if (data.incident !== null)
      await linkIn(tx, { haltId: data.haltId, incident: data.incident, actor, at: data.at, recordedAt });
    await tellActuatorsIn(tx, event);
    await touchHalt(tx, deps.settings, data);
    await touchAsks(tx, answered);
  });
  deps.plane.orders.unrecorded.delete(event.data.haltId);
  deps.plane.orders.unsettled = true;
  deps.wake();
}

/** Confirmed harm runs until it is contained: an order that is given after that has a clock of its own. */
function clockOf(incident: Incident | undefined, orderedAt: Instant): Instant {
  if (incident === undefined || incident.containedAt !== null) return orderedAt;
  return incident.harmConfirmedAt ?? orderedAt;
}

/** Tells the incident's own stream of the order, once. */
export async function linkIn(
  tx: Transaction,
  link: {
    haltId: string;
    incident: string;
    actor: UnrecordedOrder['actor'];
    at: Instant;
    recordedAt: Instant;
  },
): Promise<boolean> {
  const linked: IncidentEvent = { type: 'halt:linked', data: { haltId: link.haltId } };
  return tx.append({
    stream: link.incident,
    events: [linked],
    actor: link.actor,
    occurredAt: link.at,
    recordedAt: link.recordedAt,
    idempotencyKey: `halt:linked:${link.incident}:${link.haltId}`,
  });
}

/** Advances a counter so that neither this number nor a lower one is given again. */
export async function raise(tx: Transaction, counter: 'halt' | 'epoch', to: number): Promise<void> {
  let reached = await tx.currentNumber(counter);
  while (reached < to) reached = await tx.nextNumber(counter);
}

/** An order outlives a wrong name: without such an incident it is recorded outside any. */
async function findIncident(tx: Transaction, name: string | null): Promise<Incident | undefined> {
  const parsed = name === null ? undefined : parseIncidentName(name);
  if (parsed === undefined || (await tx.incident(parsed.kind, parsed.number)) === undefined) return undefined;
  return (await readIncident(tx, incidentName(parsed.kind, parsed.number))).incident;
}
