import { incidentName } from '../../core/ids.js';
import type { Entry } from '../../core/journal.js';
import { holdOf, type IncidentHold } from '../../core/retention.js';
import { TELEMETRY_STREAM, TelemetryEvent } from '../../core/telemetry-events.js';
import type { Projection, Reader } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';

/** A hold that a person has released. */
export interface ReleasedHold {
  readonly by: string;
  readonly at: string;
}

type Released = ReadonlyMap<string, ReleasedHold>;

const RELEASED: Projection<Released> = {
  stream: TELEMETRY_STREAM,
  empty: new Map(),
  apply: (released, entry) => afterEntry(released, entry),
  kept: new WeakMap(),
};

/** All of them: one that is left out would not be held. */
const ALL = Number.MAX_SAFE_INTEGER;

/** What every real incident holds that nobody has released. Exercises hold nothing. */
export async function readHolds({
  store,
  registry,
}: Pick<Deps, 'store' | 'registry'>): Promise<IncidentHold[]> {
  const released = await store.fold(RELEASED);
  const holds: IncidentHold[] = [];
  for (const { kind, number } of await store.incidents({ kind: 'incident', limit: ALL })) {
    const name = incidentName(kind, number);
    if (released.has(name)) continue;
    const { incident } = await readIncident(store, name);
    holds.push(holdOf(incident, registry.retention));
  }
  return holds;
}

/** The release of an incident's hold; undefined while it holds. */
export async function releaseOf(store: Reader, incident: string): Promise<ReleasedHold | undefined> {
  return (await store.fold(RELEASED)).get(incident);
}

function afterEntry(released: Released, { type, data, private: secret }: Entry): Released {
  const event = TelemetryEvent.parse({ type, data, private: secret });
  if (event.type !== 'hold:released') return released;
  const { incident, by, at } = event.data;
  return new Map([...released, [incident, { by, at }]]);
}
