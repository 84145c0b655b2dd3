/** A request to lift a halt: somebody else has to approve it, here. */
import { openRequest, type LiftRequest, type Order } from '../src/core/containment.js';
import { describeScope } from '../src/core/halt.js';
import type { Instant } from '../src/core/ids.js';
import { ACTION } from './action-ids.js';
import { join, say, mention, quote, timeText, type Mrkdwn } from './escape.js';
import { orderLine } from './halt-words.js';
import { buttons, context, header, section, surface, type Press } from './parts.js';
import type { Rendered } from './rendered.js';

export interface LiftState {
  readonly order: Order;
  readonly now: Instant;
}

export function liftMessage(state: LiftState): Rendered {
  const { order } = state;
  const said = standing(state);
  return surface({
    text: say`${order.haltId} ${describeScope(order.scope)}: ${said}`,
    blocks: [
      header(`🔓 Lift of ${order.haltId} · ${describeScope(order.scope)}`),
      section(join([said, ...reasonLines(order), orderLine(order), ...heldLines(order)], '\n')),
      ...buttons(presses(state)),
      context(footer(state)),
    ],
    drill: order.drill,
  });
}

/** What the second person is to judge. */
function reasonLines({ liftRequest }: Order): Mrkdwn[] {
  return liftRequest === null ? [] : [quote(liftRequest.reason, 500)];
}

/** What waits does not run by the lift of the order that holds it. */
function heldLines({ mode, lifted }: Order): Mrkdwn[] {
  if (mode !== 'hold' || lifted !== null) return [];
  return [say`⏸️ What it still holds will not run by itself: agents are told to ask again.`];
}

function standing(state: LiftState): Mrkdwn {
  const { lifted, liftRequest } = state.order;
  if (lifted !== null)
    return say`Lifted ${timeText(lifted.at)} by ${mention(lifted.by)}, asked for by ${mention(lifted.requestedBy)}.`;
  if (liftRequest === null) return say`Nobody asks for a lift. The halt stands.`;
  if (openRequest(state.order, state.now) === undefined)
    return say`The request of ${mention(liftRequest.by)} ran out ${timeText(liftRequest.expiresAt)}. The halt stands; ask again to lift it.`;
  return say`${mention(liftRequest.by)} asks to let ${describeScope(state.order.scope)} run again. *Another person* has to approve before ${timeText(liftRequest.expiresAt)}; the halt stands until then.`;
}

function presses(state: LiftState): Press[] {
  const request = openRequest(state.order, state.now);
  if (request === undefined) return [];
  const value = { haltId: state.order.haltId, digest: request.digest };
  return [{ words: 'Approve the lift', action: ACTION.approveLift, value, style: 'danger' }];
}

/** The digest says what is being approved: a state that has changed since needs a new request. */
function footer({ order }: LiftState): Mrkdwn {
  const request = order.liftRequest;
  if (request === null) return say`${order.haltId}`;
  return say`asked ${timeText(request.at)} · state ${request.digest.slice(0, 16)}`;
}

/** The first answer to whoever asked, by command or by form. */
export function liftAnswer(haltId: string, { expiresAt }: Pick<LiftRequest, 'expiresAt'>): { text: string } {
  return {
    text: say`Lift of *${haltId}* requested. Another person has to approve it before ${timeText(expiresAt)}; the halt stands until then.`
      .mrkdwn,
  };
}
