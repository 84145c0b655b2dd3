import type { Actor } from '../core/actor.js';
import type { Instant } from '../core/ids.js';
import { appendToIncident } from './append-to-incident.js';
import { authorise } from './authorise.js';
import type { Deps } from './deps.js';
import { inviteToChannelIn } from './invite-to-channel.js';
import { readIncident, type IncidentReading } from './read-incident.js';
import { refreshTopicIn } from './refresh-topic.js';

/** Who has the page, and whether this press was the one that took it. */
export interface PageAcknowledgement {
  readonly first: boolean;
  readonly by: string;
  readonly at: Instant;
  readonly incident: string;
}

/**
 * The first press by anybody completes the detection chain. A later one is answered with who was first: an
 * answer, not an error. The page's own delivery need not have been recorded yet.
 */
export async function acknowledgePage(
  deps: Deps,
  input: { incident: string; userId: string; actor: Actor },
): Promise<PageAcknowledgement> {
  const at = deps.now();
  const acknowledgement = await deps.store.transact(async (tx) => {
    const reading = await readIncident(tx, input.incident);
    const { incident, version } = reading;
    const earlier = acknowledgementIn(reading);
    if (earlier !== undefined) return { first: false, ...earlier, incident: incident.name };
    await appendToIncident(tx, {
      incident: incident.name,
      events: [{ type: 'page:acknowledged', data: { userId: input.userId, at } }],
      actor: authorise(deps, 'acknowledge', input.actor, { incident }),
      at,
      idempotencyKey: `page:acknowledged:${incident.name}`,
    });
    await refreshTopicIn(tx, incident.name, version + 1);
    await inviteToChannelIn(tx, incident.name, input.userId);
    return { first: true, by: input.userId, at, incident: incident.name };
  });
  deps.wake();
  return acknowledgement;
}

function acknowledgementIn({ history }: IncidentReading): { by: string; at: Instant } | undefined {
  for (const { event } of history) {
    if (event.type === 'page:acknowledged') return { by: event.data.userId, at: event.data.at };
  }
  return undefined;
}
