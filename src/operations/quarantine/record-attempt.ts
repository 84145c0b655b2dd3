import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { foldHeldAttempt, quarantineStream, type HeldAttempt } from '../../core/quarantine.js';
import { QuarantineEvent } from '../../core/quarantine-events.js';
import type { HeldAttemptRow, Reader, Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { touchQuarantine } from './touch-quarantine.js';

/** One held attempt as its stream tells. DomainError `not-found`. */
export async function findAttempt(
  store: Reader,
  id: string,
): Promise<{ item: HeldAttempt; events: readonly QuarantineEvent[] }> {
  const entries = await store.readStream(quarantineStream(id));
  const events = entries.map(({ type, data, private: secret }) =>
    QuarantineEvent.parse({ type, data, private: secret ?? null }),
  );
  const item = foldHeldAttempt(events);
  if (item !== undefined) return { item, events };
  throw new DomainError('not-found', `There is no held attempt ${id}. See \`haltline quarantine list\`.`);
}

/** Appends one fact about a held attempt, and brings its index row and its surface up to it. */
export async function recordAttemptIn(
  tx: Transaction,
  { now, settings }: Pick<Deps, 'now' | 'settings'>,
  { id, event, actor }: { id: string; event: QuarantineEvent; actor: Actor },
): Promise<HeldAttempt> {
  const stream = quarantineStream(id);
  const before = event.type === 'attempt:held' ? [] : (await findAttempt(tx, id)).events;
  const at = event.data.at;
  await tx.append({
    stream,
    events: [event],
    actor,
    occurredAt: at,
    recordedAt: now(),
    expectedVersion: before.length,
    // Somebody who tries a spent release again and again is one fact.
    ...(event.type === 'attempt:refused' && { idempotencyKey: `${stream}:refused:${event.data.why}` }),
  });
  const item = foldHeldAttempt([...before, event]);
  if (item === undefined) throw new Error(`${stream} does not begin with holding`);
  await tx.putHeldAttempt(rowOf(item));
  await touchQuarantine(tx, settings, item.haltId);
  return item;
}

function rowOf(item: HeldAttempt): HeldAttemptRow {
  const { id, state, digest, haltId, at, release, rejection } = item;
  const { agentId, tool, actionClass, actionId } = item.attempt;
  return {
    id,
    number: numberOf(id),
    state,
    digest,
    haltId,
    agentId,
    tool,
    actionClass,
    actionId,
    at,
    expiresAt: release?.expiresAt ?? null,
    decidedBy: rejection?.by ?? release?.by ?? null,
    decidedAt: rejection?.at ?? release?.at ?? null,
  };
}

/** The order of holding. */
function numberOf(id: string): number {
  return Number(id.slice('Q-'.length));
}
