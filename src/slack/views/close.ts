import { z } from 'zod';
import { closedAnswer } from '../../../blocks/incident-answers.js';
import { closeIncident } from '../../operations/incidents/close-incident.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const Context = z.object({ incident: z.string() });

export const closeView: View = {
  callbackId: 'incident:close',
  errorAt: 'why',
  run: async (door, { press, context, value }) => {
    const { incident } = Context.parse(context);
    const { userId } = press;
    const actor = slackActor(door, userId);
    const closed = await closeIncident(door.deps, { incident, userId, why: value('why') ?? '', actor });
    return closedAnswer(incident, closed);
  },
};
