import { say } from '../../../blocks/escape.js';
import { DomainError } from '../../core/errors.js';
import type { HaltScope } from '../../core/halt.js';
import { describeScope } from '../../core/halt.js';
import { orderHalt } from '../../operations/order-halt.js';
import { inPatience } from '../door/patience.js';
import { slackActor, type Door } from '../door/press.js';
import type { Press, Reply } from '../door/reply.js';
import { incidentOfOrder } from './which-incident.js';

export interface SlackOrder {
  readonly scope: HaltScope;
  readonly reason: string;
  /** Where a button names it; otherwise found from the channel. */
  readonly incident?: string | undefined;
}

/** Orders a halt for whoever pressed, and says what is known at this moment: never more than was proven. */
export async function orderFromSlack(door: Door, press: Press, order: SlackOrder): Promise<Reply> {
  const incident = order.incident ?? (await incidentOfOrderOrNone(door, press, order.scope));
  const result = await orderHalt(door.deps, {
    scope: order.scope,
    mode: 'deny',
    reason: order.reason,
    incident: incident ?? null,
    originChannel: press.channelId,
    actor: slackActor(door, press.userId),
  }).catch((error: unknown) => Promise.reject(withOffer(error, order, incident ?? null)));
  const what = say`*${result.haltId}* (${describeScope(order.scope)})`.mrkdwn;
  if (result.existed) return { text: `${what} is already in force. Its card shows who has answered.` };
  if (result.drill) {
    return {
      text: `:test_tube: DRILL: ${what} is recorded and *not enforced*: agents go on. For the real thing, order it outside this channel.`,
    };
  }
  const asked = `${result.expected} enforcement point${result.expected === 1 ? '' : 's'} asked`;
  const uncovered =
    result.uncovered.length === 0
      ? ''
      : `\n:warning: No enforcement point for: ${result.uncovered.join(', ')}. Haltline cannot see or stop these.`;
  const shout = result.recorded
    ? ''
    : '\n:rotating_light: The order was sent to every guard, but *could not be written down*: the journal is failing. Tell whoever runs Haltline now.';
  return {
    text: `:octagonal_sign: Ordered: ${what}, ${asked}. Not proven stopped yet: the card counts who has answered.${uncovered}${shout}`,
  };
}

const LOOK_UP_PATIENCE_MS = 500;

/** A journal that cannot be read must not keep anyone from halting. */
async function incidentOfOrderOrNone(
  door: Door,
  press: Press,
  scope: HaltScope,
): Promise<string | undefined> {
  const found = incidentOfOrder(door, press.channelId, scope).catch(() => undefined);
  return inPatience(found, LOOK_UP_PATIENCE_MS, undefined);
}

/** A refused order carries what was asked for: the refusal can then offer to page everybody who may give it. */
function withOffer(error: unknown, { scope, reason }: SlackOrder, incident: string | null): unknown {
  if (!(error instanceof DomainError) || error.code !== 'not-allowed') return error;
  return new DomainError(error.code, error.message, { cause: { ask: { scope, reason, incident } } });
}
