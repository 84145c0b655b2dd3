import { z } from 'zod';
import { say } from '../../../blocks/escape.js';
import { rejectAttempt } from '../../operations/quarantine/reject-attempt.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const Context = z.object({ id: z.string(), digest: z.string() });

export const rejectHeldView: View = {
  callbackId: 'held:reject',
  errorAt: 'reason',
  run: async (door, { press, context, value }) => {
    const { id, digest } = Context.parse(context);
    const { userId } = press;
    const { attempt } = await rejectAttempt(door.deps, {
      id,
      digest,
      reason: value('reason') ?? '',
      actor: slackActor(door, userId),
      person: userId,
    });
    const what = say`*${id}* (${attempt.tool} of ${attempt.agentId})`.mrkdwn;
    return { text: `:no_entry: Rejected: ${what} does not run. Its agent is told why.` };
  },
};
