import { z } from 'zod';
import { closeModal } from '../../../blocks/close-modal.js';
import { declareModal } from '../../../blocks/declare-modal.js';
import { acknowledgedAnswer, drillAnswer, harmAnswer, roleAnswer } from '../../../blocks/incident-answers.js';
import { linkModal } from '../../../blocks/link-modal.js';
import { LinkName } from '../../core/detection-chain.js';
import { DomainError } from '../../core/errors.js';
import { Severity } from '../../core/severity.js';
import { acknowledgePage } from '../../operations/paging/acknowledge-page.js';
import { assignRole } from '../../operations/incidents/assign-role.js';
import { changeSeverity } from '../../operations/incidents/change-severity.js';
import { confirmHarm } from '../../operations/halting/confirm-harm.js';
import { startDrill } from '../../operations/drills/start-drill.js';
import { slackActor } from '../door/press.js';
import { allowIncidentForm } from './allow-form.js';
import { defineAction, OfIncident, type Action } from './define-action.js';

const acknowledge = defineAction({
  id: 'page:acknowledge',
  value: OfIncident,
  run: async (door, { userId }, { incident }) => {
    return acknowledgedAnswer(
      await acknowledgePage(door.deps, { incident, userId, actor: slackActor(door, userId) }),
    );
  },
});

const confirm = defineAction({
  id: 'harm:confirm',
  value: OfIncident,
  run: async (door, { userId }, { incident }) => {
    return harmAnswer(incident, await confirmHarm(door.deps, { incident, actor: slackActor(door, userId) }));
  },
});

const claim = defineAction({
  id: 'role:claim',
  value: OfIncident.extend({ role: z.string() }),
  run: async (door, { userId }, { incident, role }) => {
    await assignRole(door.deps, { incident, role, userId, claimed: true, actor: slackActor(door, userId) });
    return roleAnswer({ incident, role, userId, asker: userId });
  },
});

const severity: Action = {
  id: 'severity:change',
  run: async (door, { userId }, value) => {
    const [incident = '', to] = value.split('|');
    const parsed = Severity.safeParse(to);
    if (!parsed.success)
      throw new DomainError('expired', 'This menu is older than the card. Use the newest one.');
    await changeSeverity(door.deps, { incident, to: parsed.data, why: '', actor: slackActor(door, userId) });
    return { text: `*${incident}* is *${parsed.data.toUpperCase()}* now.` };
  },
};

const supply = defineAction({
  id: 'link:supply',
  value: OfIncident.extend({ link: LinkName }),
  run: async (door, press, { incident, link }) => {
    await allowIncidentForm(door, press, { incident, permission: 'supply-link' });
    await press.openModal(linkModal({ incident, link, now: door.deps.now(), channelId: press.channelId }));
    return undefined;
  },
});

const close = defineAction({
  id: 'incident:close',
  value: OfIncident,
  run: async (door, press, { incident }) => {
    await allowIncidentForm(door, press, { incident, permission: 'close', what: 'incident:close' });
    await press.openModal(closeModal({ incident, channelId: press.channelId }));
    return undefined;
  },
});

const declare: Action = {
  id: 'incident:declare',
  run: async (door, press) => {
    await press.openModal(
      declareModal({
        agents: [...door.deps.registry.agents.keys()],
        summary: '',
        now: door.deps.now(),
        channelId: press.channelId,
      }),
    );
    return undefined;
  },
};

const drill = defineAction({
  id: 'drill:start',
  value: z.object({ drillId: z.string() }),
  run: async (door, { userId }, { drillId }) => {
    return drillAnswer(await startDrill(door.deps, { drillId, userId, actor: slackActor(door, userId) }));
  },
});

/** A link button: Slack reports the press too, and wants it acknowledged. */
const open: Action = { id: 'post-mortem:open', run: () => Promise.resolve(undefined) };

export const INCIDENT_ACTIONS: readonly Action[] = [
  acknowledge,
  confirm,
  claim,
  severity,
  supply,
  close,
  declare,
  drill,
  open,
];
