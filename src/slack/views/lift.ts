import { z } from 'zod';
import { requestLift } from '../../operations/request-lift.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const Context = z.object({ haltId: z.string() });

export const liftView: View = {
  callbackId: 'lift:request',
  errorAt: 'reason',
  run: async (door, { press, context, value }) => {
    const { haltId } = Context.parse(context);
    const { expiresAt } = await requestLift(door.deps, {
      haltId,
      reason: value('reason') ?? '',
      actor: slackActor(door, press.userId),
      person: press.userId,
    });
    return {
      text: `Lift of *${haltId}* requested. Another person has to approve it before ${expiresAt}; the halt stands until then.`,
    };
  },
};
