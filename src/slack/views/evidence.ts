import { z } from 'zod';
import { finishStep } from '../../operations/rollback/finish-step.js';
import { substituteChecklist } from '../../operations/rollback/substitute-checklist.js';
import { verifyChecklist } from '../../operations/rollback/verify-checklist.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

const OfChecklist = z.object({ incident: z.string(), actionClass: z.string() });
const OfStep = OfChecklist.extend({ stepId: z.string(), substitute: z.boolean() });

const done: View = {
  callbackId: 'step:done',
  errorAt: 'evidence',
  run: async (door, { press, context, value }) => {
    const step = OfStep.parse(context);
    const { userId } = press;
    const { first } = await finishStep(door.deps, {
      ...step,
      evidence: value('evidence') ?? '',
      userId,
      actor: slackActor(door, userId),
    });
    return {
      text: first ? 'Done: your evidence and the time are on the checklist.' : 'This step was done already.',
    };
  },
};

const substitute: View = {
  callbackId: 'checklist:substitute',
  errorAt: 'evidence',
  run: async (door, { press, context, value }) => {
    const checklist = OfChecklist.parse(context);
    const { userId } = press;
    await substituteChecklist(door.deps, {
      ...checklist,
      why: value('evidence') ?? '',
      userId,
      actor: slackActor(door, userId),
    });
    return { text: 'Recorded: the checklist shows the steps of the substitute now.' };
  },
};

const verify: View = {
  callbackId: 'checklist:verify',
  errorAt: 'evidence',
  run: async (door, { press, context, value }) => {
    const checklist = OfChecklist.parse(context);
    const { userId } = press;
    await verifyChecklist(door.deps, {
      ...checklist,
      evidence: value('evidence') ?? '',
      userId,
      actor: slackActor(door, userId),
    });
    return { text: `The rollback of *${checklist.actionClass}* is verified.` };
  },
};

export const EVIDENCE_VIEWS: readonly View[] = [done, substitute, verify];
