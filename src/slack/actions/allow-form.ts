/**
 * A form is opened only for whoever may send it: checked at the press, and again when it comes back. A store that is
 * slow at this moment refuses nobody: the form opens, and its submission is checked all the same.
 */
import type { HaltScope } from '../../core/halt.js';
import type { Permission } from '../../core/role.js';
import { allowHalting } from '../../operations/access/allow-halting.js';
import { allowPress } from '../../operations/access/allow-press.js';
import { authorise } from '../../operations/access/authorise.js';
import { readIncident } from '../../operations/incidents/read-incident.js';
import { readOrder } from '../../operations/halting/read-plane.js';
import { findAttempt } from '../../operations/quarantine/record-attempt.js';
import { inPatience } from '../door/patience.js';
import { slackActor, type Door } from '../door/press.js';
import type { Press } from '../door/reply.js';

/** What Slack allows for a form, less the time to open it. */
const LOOK_UP_PATIENCE_MS = 700;

/** Undefined where it is not there, or not soon enough. */
async function lookedUp<T>(work: Promise<T>): Promise<T | undefined> {
  return inPatience<T | undefined>(
    work.catch(() => undefined),
    LOOK_UP_PATIENCE_MS,
    undefined,
  );
}

/** For a form about an order. A refusal is journaled with the halts. */
export async function allowHaltForm(
  door: Door,
  press: Press,
  { haltId, permission }: { haltId: string; permission: Permission },
): Promise<void> {
  const order = await lookedUp(readOrder(door.deps.store, haltId));
  if (order !== undefined) await allowAbout(door, press, { permission, scope: order.scope });
}

/** For a form about a held attempt: whoever may decide about its agent. A refusal is journaled with the halts. */
export async function allowHeldForm(
  door: Door,
  press: Press,
  { id, permission }: { id: string; permission: Permission },
): Promise<void> {
  const known = await lookedUp(findAttempt(door.deps.store, id));
  if (known === undefined) return;
  const { agentId } = known.item.attempt;
  await allowAbout(door, press, { permission, scope: { kind: 'agent', agentId } });
}

async function allowAbout(
  door: Door,
  { userId }: Press,
  { permission, scope }: { permission: Permission; scope: HaltScope },
): Promise<void> {
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
  const reading = await lookedUp(readIncident(deps.store, name));
  if (reading === undefined) return;
  const { incident } = reading;
  const actor = slackActor(door, userId);
  if (what === undefined) authorise(deps, permission, actor, { incident });
  else await allowPress(deps, permission, { actor, userId, what, incident });
}
