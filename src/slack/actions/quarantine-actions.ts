import { z } from 'zod';
import { say, mention, timeText } from '../../../blocks/escape.js';
import { parametersModal, rejectModal } from '../../../blocks/held-modals.js';
import { DomainError } from '../../core/errors.js';
import { readAttempt } from '../../operations/quarantine/read-attempt.js';
import { releaseAttempt } from '../../operations/quarantine/release-attempt.js';
import { slackActor } from '../door/press.js';
import { allowHeldForm } from './allow-form.js';
import { defineAction, type Action } from './define-action.js';

const OfHeld = z.object({ id: z.string(), digest: z.string() });

const release = defineAction({
  id: 'held:release',
  value: OfHeld,
  run: async (door, { userId }, { id, digest }) => {
    const actor = slackActor(door, userId);
    const { attempt, release: given } = await releaseAttempt(door.deps, {
      id,
      digest,
      actor,
      person: userId,
    });
    const until = given === null ? say`` : say`, until ${timeText(given.expiresAt)}`;
    return {
      text: say`:white_check_mark: Released: *${id}* (${attempt.tool} of ${attempt.agentId}) may run once, exactly as it was listed${until}. The list says when its agent has taken it up.`
        .mrkdwn,
    };
  },
});

const reject = defineAction({
  id: 'held:reject',
  value: OfHeld,
  run: async (door, press, { id, digest }) => {
    await allowHeldForm(door, press, { id, permission: 'quarantine-reject' });
    await press.openModal(rejectModal({ id, digest, channelId: press.channelId }));
    return undefined;
  },
});

/** Whoever sees the list may look: secrets and personal data are hidden. */
const show = defineAction({
  id: 'held:show',
  value: OfHeld,
  run: async (door, press, { id, digest }) => {
    const item = await readAttempt(door.deps, { id, boundTo: null, waitMs: 0, signal: NEVER });
    if (item.digest !== digest)
      throw new DomainError('expired', `This button is older than ${id}. Use the newest list.`);
    await press.openModal(
      parametersModal({ item: { ...item, ...item.attempt }, parameters: item.parameters }),
    );
    const by = item.release ?? item.rejection;
    return item.state === 'held'
      ? undefined
      : { text: say`*${id}* is ${item.state}${by === null ? '' : say` by ${mention(by.by)}`}.`.mrkdwn };
  },
});

const NEVER = new AbortController().signal;

export const QUARANTINE_ACTIONS: readonly Action[] = [release, reject, show];
