import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from './append-to-incident.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { readIncident } from './read-incident.js';

export interface PublishUpdate {
  readonly incident: string;
  readonly text: string;
  readonly by: string;
  readonly actor: Actor;
}

/** Tells everybody who follows the incident: in its channel, and below its announcement, which shows the latest. */
export async function publishUpdate(deps: Deps, update: PublishUpdate): Promise<{ updateId: string }> {
  const text = update.text.trim();
  if (text === '')
    throw new DomainError('invalid-input', 'Write what people should know after `/incident update`.');
  const updateId = await deps.store.transact(async (tx) => {
    const { incident, version } = await readIncident(tx, update.incident);
    const actor = authorise(deps, 'update', update.actor, { incident });
    const at = deps.now();
    const id = String(incident.updates.length + 1);
    await appendToIncident(tx, {
      incident: incident.name,
      events: [{ type: 'update:published', data: { updateId: id, by: update.by, at }, private: { text } }],
      actor,
      at,
      expectedVersion: version,
    });
    await addSurfaces(tx, deps, { incident: incident.name, updateId: id });
    return id;
  });
  deps.wake();
  return { updateId };
}

async function addSurfaces(
  tx: Transaction,
  { settings }: Deps,
  { incident, updateId }: { incident: string; updateId: string },
): Promise<void> {
  const common = { kind: 'incident-update', lane: 'bulk', incident } as const;
  const key = `update:${incident}:${updateId}`;
  await tx.touchSurface({ ...common, key, target: 'incident' });
  const target = settings.announceChannel;
  if (target === null) return;
  await tx.touchSurface({ ...common, key: `${key}:announced`, target, threadOf: `announcement:${incident}` });
}
