import type { Actor } from '../../core/actor.js';
import type { Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import type { IncidentReading } from '../incidents/read-incident.js';
import { refreshTopicIn } from '../incidents/refresh-topic.js';
import { shareAcknowledgementIn } from '../alerts/share-with-members.js';
import { tellPagersIn } from './tell-pagers.js';

type Acknowledged = Extract<IncidentEvent, { type: 'page:acknowledged' }>;

export interface TakeAcknowledgement {
  readonly reading: IncidentReading;
  readonly event: Acknowledged;
  readonly actor: Actor;
  /** When it is recorded. */
  readonly at: Instant;
}

/** Somebody is on it: the chain is complete, pagers fall silent, and so it is for the members of an umbrella. */
export async function takeAcknowledgementIn(
  tx: Transaction,
  deps: Deps,
  { reading, event, actor, at }: TakeAcknowledgement,
): Promise<void> {
  const { name } = reading.incident;
  await appendToIncident(tx, {
    incident: name,
    events: [event],
    actor,
    at,
    occurredAt: event.data.at,
    idempotencyKey: `page:acknowledged:${name}`,
  });
  await tellPagersIn(tx, deps, {
    incident: name,
    verb: 'acknowledge',
    at: event.data.at,
    except: event.data.pager,
  });
  await refreshTopicIn(tx, name, reading.version + 1);
  await shareAcknowledgementIn(tx, deps, { umbrella: reading.incident, event, actor, at });
}

/** The incident in whose channel it is worked. */
export function roomOf({ name, umbrella }: Incident): string {
  return umbrella === null || umbrella.ownChannel ? name : umbrella.incident;
}
