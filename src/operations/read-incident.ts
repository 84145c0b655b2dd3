import { DomainError } from '../core/errors.js';
import { foldIncident } from '../core/fold-incident.js';
import { incidentStream, parseIncidentName } from '../core/ids.js';
import { IncidentEvent } from '../core/incident-events.js';
import type { Incident, Recorded } from '../core/incident.js';
import type { Entry } from '../core/journal.js';
import type { Reader } from '../store/types.js';

/** An incident with the facts it was folded from; `version` is what a writer must expect. */
export interface IncidentReading {
  readonly incident: Incident;
  readonly history: readonly Recorded<IncidentEvent>[];
  readonly version: number;
}

/** Reads by name (`INC-7`). DomainError `not-found` says how names look. */
export async function readIncident(store: Reader, name: string): Promise<IncidentReading> {
  const parsed = parseIncidentName(name);
  if (parsed === undefined)
    throw new DomainError('not-found', `"${name}" is not an incident: they look like INC-7.`);
  const entries = await store.readStream(incidentStream(parsed.kind, parsed.number));
  const history = entries.map(asRecorded);
  const incident = foldIncident(history);
  if (incident === undefined)
    throw new DomainError('not-found', `There is no incident ${name.toUpperCase()}.`);
  return { incident, history, version: entries.length };
}

/** An entry of an incident's stream as the fold takes it. */
export function asRecorded(entry: Entry): Recorded<IncidentEvent> {
  return {
    seq: entry.seq,
    event: IncidentEvent.parse({ type: entry.type, data: entry.data, private: entry.private ?? null }),
    actorId: entry.actor.id,
    occurredAt: entry.occurredAt,
    recordedAt: entry.recordedAt,
  };
}
