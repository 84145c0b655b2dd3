import { z } from 'zod';
import { reviewHalt } from '../../operations/halting/review-halt.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const Context = z.object({ haltId: z.string() });

export const reviewView: View = {
  callbackId: 'halt:review',
  errorAt: 'finding',
  run: async (door, { press, context, value }) => {
    const { haltId } = Context.parse(context);
    const actor = slackActor(door, press.userId);
    await reviewHalt(door.deps, { haltId, finding: value('finding') ?? '', actor });
    return { text: `*${haltId}* is reviewed. Your words stand in the journal.` };
  },
};
