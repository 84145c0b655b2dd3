/** What whoever presses or types about an incident is told at once: what has been done, and what is only on its way. */
import type { Instant } from '../src/core/ids.js';
import type { IncidentStatus } from '../src/core/incident-events.js';
import { mention, say, timeText, type Mrkdwn } from './escape.js';

/** Who was first, and when. */
interface First {
  readonly first: boolean;
  readonly by: string;
  readonly at: Instant;
}

type Answer = { readonly text: string };

export function acknowledgedAnswer({
  incident,
  first,
  by,
  at,
}: First & { readonly incident: string }): Answer {
  return answer(
    first
      ? say`:white_check_mark: You are on *${incident}* since ${timeText(at)}: everybody who was paged sees it.`
      : say`${mention(by)} acknowledged *${incident}* already, ${timeText(at)}. You are welcome in its channel.`,
  );
}

/** The clock runs from the first confirmation, whoever presses again. */
export function harmAnswer(incident: string, { first, by, at }: First): Answer {
  const clock = say`the 30-second clock of an order runs from then, until it is contained.`;
  return answer(
    first
      ? say`Harm confirmed on *${incident}*, ${timeText(at)}: ${clock}`
      : say`${mention(by)} confirmed harm on *${incident}* already, ${timeText(at)}: ${clock}`,
  );
}

export function roleAnswer({
  incident,
  role,
  userId,
  asker,
}: {
  readonly incident: string;
  readonly role: string;
  readonly userId: string;
  readonly asker: string;
}): Answer {
  const who = userId === asker ? say`You are` : say`${mention(userId)} is`;
  return answer(say`${who} *${role}* of *${incident}* now; what that means is being sent in private.`);
}

export function drillAnswer({
  incident,
  existed,
}: {
  readonly incident: string;
  readonly existed: boolean;
}): Answer {
  return answer(
    existed
      ? say`:test_tube: *${incident}* is being run already: nothing new was begun.`
      : say`:test_tube: *${incident}* has begun: its channel is being opened.`,
  );
}

export function checklistAnswer({
  incident,
  actionClass,
  isNew,
}: {
  readonly incident: string;
  readonly actionClass: string;
  readonly isNew: boolean;
}): Answer {
  return answer(
    isNew
      ? say`The checklist for *${actionClass}* is being posted into the channel of *${incident}*.`
      : say`The checklist for *${actionClass}* was open already, in the channel of *${incident}*.`,
  );
}

export function statusAnswer(incident: string, to: IncidentStatus): Answer {
  return answer(
    to === 'contained'
      ? say`*${incident}* is set to contained by your word: nothing is proven by that.`
      : say`*${incident}* is now *${to}*.`,
  );
}

export function closedAnswer(incident: string, { first }: { readonly first: boolean }): Answer {
  return answer(
    first
      ? say`*${incident}* is closed. The post-mortem draft is being posted into its channel.`
      : say`*${incident}* was closed already: nothing was changed.`,
  );
}

function answer({ mrkdwn }: Mrkdwn): Answer {
  return { text: mrkdwn };
}
