import { doneBy, type Actor } from '../../core/actor.js';
import type { Instant } from '../../core/ids.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { readIncident, type IncidentReading } from '../incidents/read-incident.js';

/** When harm was confirmed and by whom: where the 30-second clock of a halt begins. */
export interface HarmConfirmation {
  readonly first: boolean;
  readonly by: string;
  readonly at: Instant;
}

/** Once per incident: a second confirmation must not move the clock, and is answered with the first. */
export async function confirmHarm(
  deps: Deps,
  input: { incident: string; actor: Actor },
): Promise<HarmConfirmation> {
  const at = deps.now();
  const confirmation = await deps.store.transact(async (tx) => {
    const reading = await readIncident(tx, input.incident);
    const actor = authorise(deps, 'confirm-harm', input.actor, { incident: reading.incident });
    const earlier = confirmationIn(reading);
    if (earlier !== undefined) return { first: false, ...earlier };
    await appendToIncident(tx, {
      incident: reading.incident.name,
      events: [{ type: 'harm:confirmed', data: { by: doneBy(actor), at } }],
      actor,
      at,
      idempotencyKey: `harm:confirmed:${reading.incident.name}`,
    });
    return { first: true, by: doneBy(actor), at };
  });
  deps.wake();
  return confirmation;
}

function confirmationIn({ history }: IncidentReading): { by: string; at: Instant } | undefined {
  for (const { event } of history) if (event.type === 'harm:confirmed') return event.data;
  return undefined;
}
