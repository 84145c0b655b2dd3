import { z } from 'zod';
import { say, timeText } from '../../../blocks/escape.js';
import { askAnswer } from '../../../blocks/halt-ask.js';
import { liftModal } from '../../../blocks/lift-modal.js';
import { markModal } from '../../../blocks/mark-modal.js';
import { reviewModal } from '../../../blocks/review-modal.js';
import { HaltMode, HaltScope } from '../../core/halt.js';
import { approveLift } from '../../operations/halting/approve-lift.js';
import { askForHalt } from '../../operations/halting/ask-for-halt.js';
import { keepHalt } from '../../operations/halting/keep-halt.js';
import { slackActor } from '../door/press.js';
import { orderFromSlack } from '../commands/order-from-slack.js';
import { allowHaltForm } from './allow-form.js';
import { defineAction, OfIncident, type Action } from './define-action.js';

const all = defineAction({
  id: 'halt:all',
  value: OfIncident,
  run: (door, press, { incident }) =>
    orderFromSlack(door, press, {
      scope: { kind: 'all' },
      reason: `ordered from the card of ${incident}`,
      incident,
    }),
});

const agent = defineAction({
  id: 'halt:agent',
  value: OfIncident.extend({ agentId: z.string() }),
  run: (door, press, { incident, agentId }) =>
    orderFromSlack(door, press, {
      scope: { kind: 'agent', agentId },
      reason: `ordered from the card of ${incident}`,
      incident,
    }),
});

/** The button under a refusal: everybody who may halt gets a direct message with a one-tap halt. */
const ask = defineAction({
  id: 'halt:ask',
  value: z.object({
    scope: HaltScope,
    mode: HaltMode.default('deny'),
    reason: z.string(),
    incident: z.string().nullable(),
  }),
  run: async (door, { userId }, asked) => {
    const { users } = await askForHalt(door.deps, {
      ...asked,
      userId,
      actor: slackActor(door, userId),
    });
    return askAnswer(users);
  },
});

const oneTap = defineAction({
  id: 'halt:one-tap',
  value: z.object({
    scope: HaltScope,
    mode: HaltMode.default('deny'),
    incident: z.string().nullable(),
    reason: z.string().default('no reason given'),
  }),
  run: (door, press, { scope, mode, incident, reason }) =>
    orderFromSlack(door, press, {
      scope,
      mode,
      reason,
      ...(incident === null ? {} : { incident }),
    }),
});

const request = defineAction({
  id: 'lift:request',
  value: z.object({ haltId: z.string() }),
  run: async (door, press, { haltId }) => {
    await allowHaltForm(door, press, { haltId, permission: 'lift-request' });
    await press.openModal(liftModal({ haltId, channelId: press.channelId }));
    return undefined;
  },
});

const approve = defineAction({
  id: 'lift:approve',
  value: z.object({ haltId: z.string(), digest: z.string() }),
  run: async (door, { userId }, { haltId, digest }) => {
    const { epoch } = await approveLift(door.deps, {
      haltId,
      digest,
      person: userId,
      actor: slackActor(door, userId),
    });
    return {
      text: `*${haltId}* is lifted (epoch ${epoch}). Guards take it over as they verify the signature.`,
    };
  },
});

const mark = defineAction({
  id: 'point:mark',
  value: z.object({ haltId: z.string(), pointId: z.string() }),
  run: async (door, press, { haltId, pointId }) => {
    await allowHaltForm(door, press, { haltId, permission: 'mark-point' });
    await press.openModal(markModal({ haltId, pointId, channelId: press.channelId }));
    return undefined;
  },
});

const keep = defineAction({
  id: 'halt:keep',
  value: z.object({ haltId: z.string() }),
  run: async (door, { userId }, { haltId }) => {
    const { reviewAt } = await keepHalt(door.deps, { haltId, actor: slackActor(door, userId) });
    return { text: say`*${haltId}* stands, and asks again ${timeText(reviewAt)}.`.mrkdwn };
  },
});

const review = defineAction({
  id: 'halt:review',
  value: z.object({ haltId: z.string() }),
  run: async (door, press, { haltId }) => {
    await allowHaltForm(door, press, { haltId, permission: 'halt-review' });
    await press.openModal(reviewModal({ haltId, channelId: press.channelId }));
    return undefined;
  },
});

export const HALT_ACTIONS: readonly Action[] = [
  all,
  agent,
  ask,
  oneTap,
  keep,
  review,
  request,
  approve,
  mark,
];
