import { DomainError } from '../core/errors.js';
import { applyIncidentEvent, foldIncident } from '../core/fold-incident.js';
import type { IncidentEvent } from '../core/incident-events.js';
import type { Incident } from '../core/incident.js';
import type { Projection, Reader } from '../store/types.js';
import { asRecorded } from './read-incident.js';

type Acknowledged = Extract<IncidentEvent, { type: 'page:acknowledged' }>;

/** An umbrella as it stands, and the answer to its page if there is one. */
export interface UmbrellaReading {
  readonly incident: Incident;
  readonly answer: Acknowledged | undefined;
}

interface Kept {
  readonly incident: Incident | undefined;
  readonly answer: Acknowledged | undefined;
}

/** Storms of different causes at once; the one not asked for longest is read anew. */
const KEPT_AT_MOST = 20;
const projections = new Map<string, Projection<Kept>>();

/**
 * In a storm each new member asks for its umbrella, whose stream grows with each of them: this costs what is new since
 * the last asking, where `readIncident` costs the whole stream.
 */
export async function readUmbrella(reader: Reader, name: string): Promise<UmbrellaReading> {
  const { incident, answer } = await reader.fold(projectionOf(name));
  if (incident === undefined) throw new DomainError('not-found', `There is no incident ${name}.`);
  return { incident, answer };
}

function projectionOf(stream: string): Projection<Kept> {
  const known: Projection<Kept> = projections.get(stream) ?? {
    stream,
    empty: { incident: undefined, answer: undefined },
    apply: ({ incident, answer }, entry) => {
      const recorded = asRecorded(entry);
      const { event } = recorded;
      return {
        incident: incident === undefined ? foldIncident([recorded]) : applyIncidentEvent(incident, recorded),
        answer: answer ?? (event.type === 'page:acknowledged' ? event : undefined),
      };
    },
    kept: new WeakMap(),
  };
  projections.delete(stream);
  projections.set(stream, known);
  const [oldest] = projections.keys();
  if (projections.size > KEPT_AT_MOST && oldest !== undefined) projections.delete(oldest);
  return known;
}
