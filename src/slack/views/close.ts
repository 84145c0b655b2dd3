import { z } from 'zod';
import { closeIncident } from '../../operations/incidents/close-incident.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const Context = z.object({ incident: z.string() });

export const closeView: View = {
  callbackId: 'incident:close',
  errorAt: 'why',
  run: async (door, { press, context, value }) => {
    const { incident } = Context.parse(context);
    await closeIncident(door.deps, {
      incident,
      userId: press.userId,
      why: value('why') ?? '',
      actor: slackActor(door, press.userId),
    });
    return { text: `*${incident}* is closed. The post-mortem draft is being posted into its channel.` };
  },
};
