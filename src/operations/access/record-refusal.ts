import type { Actor } from '../../core/actor.js';
import { incidentName, parseIncidentName } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { PLANE_STREAM } from '../halting/read-plane.js';

/** A press or command that was refused. */
export interface Refusal {
  /** The incident it concerned; null, or one that does not exist, files it with the halts. */
  readonly incident: string | null;
  /** What was asked for: an action id or a command, like `halt:all`. */
  readonly what: string;
  readonly userId: string;
  /** The sentence that the person was given. */
  readonly why: string;
  readonly actor: Actor;
}

/** Who tried what in vain is a fact as well: it shows in the incident's history, or in the plane's. */
export async function recordRefusal(deps: Deps, refusal: Refusal): Promise<void> {
  const at = deps.now();
  const { what, userId, why, actor } = refusal;
  await deps.store.transact(async (tx) => {
    const stream = await incidentStreamIn(tx, refusal.incident);
    const event =
      stream === undefined
        ? { type: 'halt:refused', data: { what, by: userId, why } }
        : { type: 'press:refused', data: { what, userId, why } };
    await tx.append({
      stream: stream ?? PLANE_STREAM,
      events: [event],
      actor,
      occurredAt: at,
      recordedAt: at,
    });
  });
}

async function incidentStreamIn(tx: Transaction, incident: string | null): Promise<string | undefined> {
  const parsed = incident === null ? undefined : parseIncidentName(incident);
  if (parsed === undefined) return undefined;
  const row = await tx.incident(parsed.kind, parsed.number);
  return row === undefined ? undefined : incidentName(parsed.kind, parsed.number);
}
