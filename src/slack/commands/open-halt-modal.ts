import { haltModal } from '../../../blocks/halt-modal.js';
import { proposeHalt, type HaltProposal } from '../../operations/halting/propose-halt.js';
import { inPatience } from '../door/patience.js';
import type { Door } from '../door/press.js';
import type { Press } from '../door/reply.js';
import { incidentOfOrder } from './which-incident.js';

/** Slack takes a form for three seconds from the press; the incident is worth a part of that and no more. */
const LOOK_UP_PATIENCE_MS = 700;

/** Opens the form with what is known by then: a slow journal leaves out the incident, never the form. */
export async function openHaltModal(door: Door, press: Press): Promise<undefined> {
  const informed = forIncident(door, press).catch(() => undefined);
  const known = await inPatience(informed, LOOK_UP_PATIENCE_MS, undefined);
  const proposed = known ?? (await proposeHalt(door.deps, null));
  await press.openModal(haltModal({ ...proposed, channelId: press.channelId, isBlind: known === undefined }));
  return undefined;
}

async function forIncident(door: Door, { channelId }: Press): Promise<HaltProposal> {
  const incident = await incidentOfOrder(door, channelId, { kind: 'all' });
  return proposeHalt(door.deps, incident ?? null);
}
