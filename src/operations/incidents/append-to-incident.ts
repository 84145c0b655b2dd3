import type { Actor } from '../../core/actor.js';
import type { Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Transaction } from '../../store/types.js';

/** Facts about one incident that become known together. */
export interface Facts {
  /** `INC-7`. */
  readonly incident: string;
  readonly events: readonly IncidentEvent[];
  readonly actor: Actor;
  /** When they are recorded, and when they happened unless `occurredAt` says otherwise. */
  readonly at: Instant;
  readonly occurredAt?: Instant;
  readonly expectedVersion?: number;
  readonly idempotencyKey?: string;
}

/** Journals the facts and has whatever shows the incident rendered again. False where the key was used before. */
export async function appendToIncident(tx: Transaction, facts: Facts): Promise<boolean> {
  const { incident, events, at, occurredAt = at, ...rest } = facts;
  const added = await tx.append({
    ...rest,
    stream: incident,
    events: events.map(({ type, data, private: secret }) => ({ type, data, private: secret ?? null })),
    occurredAt,
    recordedAt: at,
  });
  if (added) await tx.touchSurfacesOf(incident);
  return added;
}
