import { z } from 'zod';
import { liftAnswer } from '../../../blocks/lift.js';
import { requestLift } from '../../operations/halting/request-lift.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const Context = z.object({ haltId: z.string() });

export const liftView: View = {
  callbackId: 'lift:request',
  errorAt: 'reason',
  run: async (door, { press, context, value }) => {
    const { haltId } = Context.parse(context);
    const request = await requestLift(door.deps, {
      haltId,
      reason: value('reason') ?? '',
      actor: slackActor(door, press.userId),
      person: press.userId,
    });
    return liftAnswer(haltId, request);
  },
};
