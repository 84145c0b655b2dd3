import { doneBy, type Actor } from '../../core/actor.js';
import { isSettled } from '../../core/containment.js';
import { DomainError } from '../../core/errors.js';
import type { HaltEvent } from '../../core/halt-events.js';
import { allowHalting } from '../access/allow-halting.js';
import type { Deps } from '../deps.js';
import { PLANE_STREAM, readOrder } from '../halting/read-plane.js';
import { requireText } from '../incidents/require-text.js';
import { settleContainment } from './settle-containment.js';
import { touchHalt } from '../halting/touch-halt.js';

export interface MarkPoint {
  readonly haltId: string;
  readonly pointId: string;
  /** How the operator knows that nothing runs there. */
  readonly reason: string;
  readonly actor: Actor;
}

/** An operator vouches that nothing runs at a point that cannot say so itself. Shown as theirs, never as an ack. */
export async function markPoint(deps: Deps, input: MarkPoint): Promise<void> {
  const { haltId, pointId } = input;
  const { scope } = await readOrder(deps.store, haltId);
  const actor = await allowHalting(deps, 'mark-point', { actor: input.actor, scope });
  const reason = requireText(input.reason, 'Say how you know that nothing runs there.');
  await deps.store.transact(async (tx) => {
    const order = await readOrder(tx, haltId);
    const point = order.points.find((each) => each.pointId === pointId);
    if (order.lifted !== null) throw new DomainError('already-done', `${order.haltId} is lifted.`);
    if (order.drill)
      throw new DomainError(
        'conflict',
        `${order.haltId} is an exercise: it measures what the points answer themselves, and nobody vouches for one.`,
      );
    if (point === undefined)
      throw new DomainError(
        'not-found',
        `${order.haltId} expects no ${pointId}. It expects: ${order.points.map((each) => each.pointId).join(', ') || 'nobody, so there is nobody to vouch for'}.`,
      );
    if (isSettled(point))
      throw new DomainError('already-done', `${pointId} has settled by itself (${point.level}).`);
    const at = deps.now();
    const marked: HaltEvent = {
      type: 'point:marked',
      data: { haltId: order.haltId, pointId, by: doneBy(actor), at },
      private: { reason },
    };
    await tx.append({ stream: PLANE_STREAM, events: [marked], actor, occurredAt: at, recordedAt: at });
    await touchHalt(tx, deps.settings, order);
  });
  deps.plane.orders.unsettled = true;
  deps.wake();
  await settleContainment(deps);
}
