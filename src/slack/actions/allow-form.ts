/**
 * A form is opened only for whoever may send it: checked at the press, and again when it comes back. A store that is
 * slow at this moment refuses nobody: the form opens, and its submission is checked all the same.
 */
import { DomainError } from '../../core/errors.js';
import type { Permission } from '../../core/role.js';
import { allowHalting } from '../../operations/allow-halting.js';
import { authorise } from '../../operations/authorise.js';
import { readIncident } from '../../operations/read-incident.js';
import { readOrder } from '../../operations/read-plane.js';
import { findAttempt } from '../../operations/record-attempt.js';
import { recordRefusal } from '../../operations/record-refusal.js';
import { inPatience } from '../door/patience.js';
import { slackActor, type Door } from '../door/press.js';
import type { Press } from '../door/reply.js';

/** What Slack allows for a form, less the time to open it. */
const LOOK_UP_PATIENCE_MS = 700;

/** For a form about an order. A refusal is journaled with the halts. */
export async function allowHaltForm(
  door: Door,
  { userId }: Press,
  { haltId, permission }: { haltId: string; permission: Permission },
): Promise<void> {
  const found = readOrder(door.deps.store, haltId).catch(() => undefined);
  const order = await inPatience(found, LOOK_UP_PATIENCE_MS, undefined);
  if (order === undefined) return;
  await allowHalting(door.deps, permission, { actor: slackActor(door, userId), scope: order.scope });
}

/** For a form about a held attempt: whoever may decide about its agent. A refusal is journaled with the halts. */
export async function allowHeldForm(
  door: Door,
  { userId }: Press,
  { id, permission }: { id: string; permission: Permission },
): Promise<void> {
  const found = findAttempt(door.deps.store, id).catch(() => undefined);
  const known = await inPatience(found, LOOK_UP_PATIENCE_MS, undefined);
  if (known === undefined) return;
  const scope = { kind: 'agent', agentId: known.item.attempt.agentId } as const;
  await allowHalting(door.deps, permission, { actor: slackActor(door, userId), scope });
}

/**
 * For a form about an incident, where roles may have been claimed. The door journals the refusal, except of what
 * journals its own: that is named here.
 */
export async function allowIncidentForm(
  door: Door,
  { userId }: Press,
  { incident: name, permission, what }: { incident: string; permission: Permission; what?: string },
): Promise<void> {
  const { deps } = door;
  const reading = await inPatience(
    readIncident(deps.store, name).catch(() => undefined),
    LOOK_UP_PATIENCE_MS,
    undefined,
  );
  if (reading === undefined) return;
  const actor = slackActor(door, userId);
  try {
    authorise(deps, permission, actor, { incident: reading.incident });
  } catch (error) {
    if (error instanceof DomainError && what !== undefined)
      await recordRefusal(deps, { incident: name, what, userId, why: error.message, actor });
    throw error;
  }
}
