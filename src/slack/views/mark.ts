import { z } from 'zod';
import { say } from '../../../blocks/escape.js';
import { markPoint } from '../../operations/points/mark-point.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const Context = z.object({ haltId: z.string(), pointId: z.string() });

export const markView: View = {
  callbackId: 'point:mark',
  errorAt: 'reason',
  run: async (door, { press, context, value }) => {
    const { haltId, pointId } = Context.parse(context);
    await markPoint(door.deps, {
      haltId,
      pointId,
      reason: value('reason') ?? '',
      actor: slackActor(door, press.userId),
    });
    return {
      text: say`*${pointId}* is marked as stopped by other means. That is your word, and shown as such.`
        .mrkdwn,
    };
  },
};
