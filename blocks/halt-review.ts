/** An order has passed its review time. It stands, and whoever reads this is asked whether it is still needed. */
import type { Order } from '../src/core/containment.js';
import { describeScope } from '../src/core/halt.js';
import type { Instant } from '../src/core/ids.js';
import { ACTION } from './action-ids.js';
import { join, say, mention, quote, timeText, type Mrkdwn } from './escape.js';
import { orderLine } from './halt-words.js';
import { buttons, context, header, section, surface, type Press } from './parts.js';
import type { Rendered } from './rendered.js';

export interface HaltReviewState {
  readonly order: Order;
  readonly now: Instant;
}

export function haltReview(state: HaltReviewState): Rendered {
  const { order } = state;
  const scope = describeScope(order.scope);
  const asks = isOpen(state);
  const said = standing(state);
  return surface({
    text: say`${order.haltId} ${scope}: ${said}`,
    blocks: [
      header(asks ? `⏰ Is ${order.haltId} still needed? · ${scope}` : `${order.haltId} · ${scope}`),
      section(join([said, orderLine(order), quote(order.reason, 300)], '\n')),
      ...buttons(asks ? presses(order) : []),
      context(
        say`ordered by ${mention(order.orderedBy)} ${timeText(order.at)} · a halt never ends by itself`,
      ),
    ],
    drill: order.drill,
  });
}

function isOpen({ order: { lifted, reviewAt }, now }: HaltReviewState): boolean {
  return lifted === null && reviewAt !== null && reviewAt <= now;
}

function standing(state: HaltReviewState): Mrkdwn {
  const { lifted, reviewAt } = state.order;
  if (lifted !== null) return say`Lifted ${timeText(lifted.at)} by ${mention(lifted.by)}.`;
  if (reviewAt === null) return say`It stands, and has no review time.`;
  if (!isOpen(state)) return say`Still needed: it stands and asks again ${timeText(reviewAt)}.`;
  return say`Its review time was ${timeText(reviewAt)}. *It still stands*, and stands until two people lift it.`;
}

function presses({ haltId }: Order): Press[] {
  const value = { haltId };
  return [
    { words: 'Still needed', action: ACTION.keepHalt, value, style: 'primary' },
    { words: 'Request lift…', action: ACTION.requestLift, value },
  ];
}
