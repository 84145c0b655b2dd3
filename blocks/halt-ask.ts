/** Somebody without the right to halt wants one: a direct message with one tap, to everybody who has it. */
import type { Order } from '../src/core/containment.js';
import { describeScope, type HaltScope } from '../src/core/halt.js';
import type { Instant } from '../src/core/ids.js';
import { ACTION } from './action-ids.js';
import { join, say, mention, plain, quote, timeText } from './escape.js';
import { orderLine } from './halt-words.js';
import { buttons, context, header, section, surface, when, type Press } from './parts.js';
import type { Rendered } from './rendered.js';

export interface HaltAskState {
  readonly scope: HaltScope;
  readonly askedBy: string;
  readonly at: Instant;
  readonly incident: string | null;
  readonly reason: string;
  /** The order that somebody gave since; null while nobody has. */
  readonly answer: Order | null;
  readonly drill: boolean;
}

/** What fits into a button's value beside the rest. */
const REASON_MAX = 500;

export function haltAsk({ scope, askedBy, at, incident, reason, answer, drill }: HaltAskState): Rendered {
  const press: Press = {
    words: `🛑 Halt ${describeScope(scope)}`,
    action: ACTION.haltOneTap,
    value: { scope, incident, askedBy, reason: plain(reason, REASON_MAX) },
    style: 'danger',
  };
  const plea = say`${mention(askedBy)} asks you to halt *${describeScope(scope)}* and may not do it alone.`;
  const outcome =
    answer === null
      ? say`*Nothing is stopped yet.* One tap orders it, without a dialog.`
      : say`${mention(answer.orderedBy)} ordered it ${timeText(answer.at)}.\n${orderLine(answer)}`;
  return surface({
    text: plea,
    blocks: [
      header(`🆘 Halt ${describeScope(scope)}?`),
      section(join([plea, quote(reason, 500), outcome], '\n')),
      ...buttons(when(answer === null, press)),
      context(say`${incident ?? 'outside any incident'} · asked ${timeText(at)}`),
    ],
    drill,
  });
}
