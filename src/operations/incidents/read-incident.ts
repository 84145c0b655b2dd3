import { DomainError } from '../../core/errors.js';
import { applyIncidentEvent, foldIncident } from '../../core/fold-incident.js';
import { incidentStream, parseIncidentName } from '../../core/ids.js';
import { IncidentEvent } from '../../core/incident-events.js';
import type { Incident, Recorded } from '../../core/incident.js';
import type { Entry } from '../../core/journal.js';
import type { Projection, Reader } from '../../store/types.js';

type Acknowledged = Extract<IncidentEvent, { type: 'page:acknowledged' }>;

/** An incident with the facts it was folded from; `version` is what a writer must expect. */
export interface IncidentReading {
  readonly incident: Incident;
  /** Put together when it is asked for: few do, and a storm's is long. */
  readonly history: readonly Recorded<IncidentEvent>[];
  /** The first answer to its pages, if there is one. */
  readonly answer: Acknowledged | undefined;
  readonly version: number;
}

/** Reads by name (`INC-7`). DomainError `not-found` says how names look. */
export async function readIncident(store: Reader, name: string): Promise<IncidentReading> {
  const parsed = parseIncidentName(name);
  if (parsed === undefined)
    throw new DomainError('not-found', `"${name}" is not an incident: they look like INC-7.`);
  const { incident, answer, newest } = await stateOf(store, incidentStream(parsed.kind, parsed.number));
  if (incident === undefined)
    throw new DomainError('not-found', `There is no incident ${name.toUpperCase()}.`);
  return {
    incident,
    answer,
    version: newest?.version ?? 0,
    get history() {
      return historyOf(newest);
    },
  };
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

interface State {
  readonly incident: Incident | undefined;
  readonly answer: Acknowledged | undefined;
  readonly newest: Told | undefined;
}

/** A fact and those before it: such a list grows without being copied. */
interface Told {
  readonly recorded: Recorded<IncidentEvent>;
  readonly version: number;
  readonly before: Told | undefined;
}

const NOTHING: State = { incident: undefined, answer: undefined, newest: undefined };

function told({ incident, answer, newest }: State, entry: Entry): State {
  const recorded = asRecorded(entry);
  const { event } = recorded;
  return {
    incident:
      newest === undefined ? foldIncident([recorded]) : incident && applyIncidentEvent(incident, recorded),
    answer: answer ?? (event.type === 'page:acknowledged' ? event : undefined),
    newest: { recorded, version: entry.version, before: newest },
  };
}

function historyOf(newest: Told | undefined): readonly Recorded<IncidentEvent>[] {
  const facts: Recorded<IncidentEvent>[] = [];
  for (let each = newest; each !== undefined; each = each.before) facts.push(each.recorded);
  return facts.toReversed();
}

/** A longer stream, as storms make them, is read on from where it was left: each reading costs what is new in it. */
const LONG = 64;
/** Storms at once; the one not asked for longest is read anew. */
const KEPT_AT_MOST = 20;
const projections = new Map<string, Projection<State>>();

async function stateOf(store: Reader, stream: string): Promise<State> {
  const known = projections.get(stream);
  if (known !== undefined) {
    keep(stream, known);
    return store.fold(known);
  }
  const entries = await store.readStream(stream);
  if (entries.length >= LONG) keep(stream, { stream, empty: NOTHING, apply: told, kept: new WeakMap() });
  return entries.reduce(told, NOTHING);
}

function keep(stream: string, projection: Projection<State>): void {
  projections.delete(stream);
  projections.set(stream, projection);
  const [oldest] = projections.keys();
  if (projections.size > KEPT_AT_MOST && oldest !== undefined) projections.delete(oldest);
}
