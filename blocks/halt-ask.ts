/** Somebody without the right to halt wants one: a direct message with one tap, to everybody who has it. */
import { isOfDrill, type Ask } from '../src/core/ask.js';
import type { Order } from '../src/core/containment.js';
import { describeScope, type HaltMode } from '../src/core/halt.js';
import { ACTION } from './action-ids.js';
import { join, say, mention, plain, quote, timeText } from './escape.js';
import { orderLine } from './halt-words.js';
import { buttons, context, header, section, surface, when, type Press } from './parts.js';
import type { Rendered } from './rendered.js';
import { capitalised, peopleText } from './words.js';

export interface HaltAskState {
  readonly ask: Ask;
  /** The order that answered it; null while nothing is stopped. */
  readonly answer: Order | null;
}

/** What fits into a button's value beside the rest. */
const REASON_MAX = 500;

export function haltAsk({ ask, answer }: HaltAskState): Rendered {
  const { scope, mode, by, at, incident, reason } = ask;
  const what = `${VERBS[mode]} ${describeScope(scope)}`;
  const press: Press = {
    words: `🛑 ${capitalised(what)}`,
    action: ACTION.haltOneTap,
    value: { scope, mode, incident, reason: plain(reason, REASON_MAX) },
    style: 'danger',
  };
  const plea = say`${mention(by)} asks you to ${VERBS[mode]} *${describeScope(scope)}* and may not do it alone.`;
  const outcome =
    answer === null
      ? say`*Nothing is stopped yet.* One tap orders it, without a dialog.`
      : say`${mention(answer.orderedBy)} ordered it ${timeText(answer.at)}.\n${orderLine(answer)}`;
  return surface({
    text: plea,
    blocks: [
      header(`🆘 ${capitalised(what)}?`),
      section(join([plea, quote(reason, 500), outcome], '\n')),
      ...buttons(when(answer === null, press)),
      context(say`${incident ?? 'outside any incident'} · asked ${timeText(at)}`),
    ],
    drill: isOfDrill(ask),
  });
}

const VERBS: Readonly<Record<HaltMode, string>> = {
  deny: 'halt',
  hold: 'quarantine',
  degraded: 'degrade',
};

/** What whoever asked is told: the messages are on their way, and nothing is stopped. */
export function askAnswer(users: readonly string[]): { text: string } {
  const said =
    users.length === 0
      ? say`:warning: Nobody is known who may halt this: roles.yml names none, or Slack has not told us. *Nothing is halted.* Call your on-call people.`
      : say`Asking ${peopleText(users)}, who may halt this: each gets a direct message. *Nothing is halted* until one of them taps.`;
  return { text: said.mrkdwn };
}
