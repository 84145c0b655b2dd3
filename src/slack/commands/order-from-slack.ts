import { orderAnswer } from '../../../blocks/order-answer.js';
import { DomainError } from '../../core/errors.js';
import type { HaltMode, HaltScope } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';
import { orderHalt } from '../../operations/halting/order-halt.js';
import { inPatience } from '../door/patience.js';
import { slackActor, type Door } from '../door/press.js';
import type { Press, Reply } from '../door/reply.js';
import { incidentOfOrder } from './which-incident.js';

export interface SlackOrder {
  readonly scope: HaltScope;
  readonly reason: string;
  readonly mode?: HaltMode | undefined;
  readonly reviewAt?: Instant | null | undefined;
  readonly rehearsal?: boolean | undefined;
  /** Where a button names it; otherwise found from the channel. */
  readonly incident?: string | undefined;
}

/** Orders a halt for whoever pressed, and says what is known at this moment: never more than was proven. */
export async function orderFromSlack(door: Door, press: Press, order: SlackOrder): Promise<Reply> {
  const incident = order.incident ?? (await incidentOfOrderOrNone(door, press, order.scope));
  const result = await orderHalt(door.deps, {
    ...order,
    mode: order.mode ?? 'deny',
    incident: incident ?? null,
    originChannel: press.channelId,
    actor: slackActor(door, press.userId),
  }).catch((error: unknown) => Promise.reject(withOffer(error, order, incident ?? null)));
  return orderAnswer(result);
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

/**
 * A refused order carries what was asked for: the refusal can then offer to page everybody who may give it. Not so a
 * rehearsal: whoever is paged would halt in earnest.
 */
function withOffer(error: unknown, order: SlackOrder, incident: string | null): unknown {
  if (!(error instanceof DomainError) || error.code !== 'not-allowed' || order.rehearsal === true)
    return error;
  const known = typeof error.cause === 'object' ? error.cause : {};
  const { scope, mode = 'deny', reason } = order;
  return new DomainError(error.code, `*Nothing is halted.* ${error.message}`, {
    cause: { ...known, ask: { scope, mode, reason, incident } },
  });
}
