import { applyHaltEvent, ordersInForce, type Order, type Plane } from '../core/containment.js';
import type { Actor } from '../core/actor.js';
import { canonicalJson } from '../core/canonical-json.js';
import { DomainError } from '../core/errors.js';
import type { Ack, HaltEvent } from '../core/halt-events.js';
import type { Instant } from '../core/ids.js';
import type { Transaction } from '../store/types.js';
import type { Deps } from './deps.js';
import { keepPointIn } from './keep-point.js';
import { PLANE_STREAM, readPlane } from './read-plane.js';
import { recordLate } from './record-late.js';
import { settleContainment } from './settle-containment.js';
import { touchHalt } from './touch-halt.js';

/** What a guard states. The time is ours: when the statement reached us. */
export interface Statement extends Omit<Ack, 'at'> {
  readonly planeId: string;
  /** It denies everything from now on, for good, and nothing runs there. */
  readonly left?: boolean | undefined;
}

export interface AcknowledgeEpoch {
  readonly acks: readonly Statement[];
  readonly actor: Actor;
  /** The one agent that the token may speak for; null for any. */
  readonly boundTo: string | null;
}

/**
 * Takes what guards say of themselves; saying it again changes nothing. A statement about a point, instance or
 * epoch that we do not know is refused, and the others of the batch stand.
 */
export async function acknowledgeEpoch(
  deps: Deps,
  { acks, actor, boundTo }: AcknowledgeEpoch,
): Promise<{ accepted: number; refused: { pointId: string; why: string }[] }> {
  const judged = acks.map((ack) => ({ ack, why: whyNot(deps, ack, boundTo) }));
  const refused = judged.flatMap(({ ack, why }) =>
    why === undefined ? [] : [{ pointId: ack.pointId, why }],
  );
  const accepted = judged.filter(({ why }) => why === undefined).map(({ ack }) => ack);
  const first = refused[0];
  if (accepted.length === 0 && first !== undefined) throw new DomainError('conflict', first.why);
  for (const { pointId, epoch } of accepted) deps.plane.leases.received(pointId, epoch);
  if (!(await recordLate(deps)))
    throw new DomainError(
      'unavailable',
      'An order is in force and could not be written yet. Send this again.',
    );
  const changed = await deps.store.transact((tx) => recordIn(tx, deps, { accepted, actor }));
  for (const { pointId } of accepted.filter(isFarewell)) deps.plane.leases.remove(pointId);
  if (changed) {
    deps.plane.orders.unsettled = true;
    deps.wake();
    await settleContainment(deps);
  }
  return { accepted: accepted.length, refused };
}

function whyNot({ plane }: Deps, ack: Statement, boundTo: string | null): string | undefined {
  const point = plane.leases.get(ack.pointId);
  if (boundTo !== null && boundTo !== ack.agentId) return `this token speaks for ${boundTo} only`;
  if (point === undefined) return `${ack.pointId} has no lease here: open its stream first`;
  if (point.agentId !== ack.agentId || point.instance !== ack.instance)
    return `${ack.pointId} is held by another instance`;
  const { planeId, epoch } = plane.current();
  if (ack.planeId !== planeId) return `this control plane is ${planeId}`;
  if (ack.epoch > epoch) return `epoch ${ack.epoch} has not been issued here`;
  return undefined;
}

async function recordIn(
  tx: Transaction,
  deps: Deps,
  { accepted, actor }: { accepted: readonly Statement[]; actor: Actor },
): Promise<boolean> {
  const at = deps.now();
  const before = await readPlane(tx);
  const events = eventsOf(accepted, at);
  const after = events.reduce<Plane>(applyHaltEvent, before);
  const touched = ordersInForce(after).filter((order) => differs(order, before.orders.get(order.haltId)));
  for (const ack of accepted) await keepPointIn(tx, deps, ack.pointId, isFarewell(ack) ? 'gone' : undefined);
  if (touched.length === 0) return false;
  await tx.append({ stream: PLANE_STREAM, events, actor, occurredAt: at, recordedAt: at });
  for (const order of touched) await touchHalt(tx, deps.settings, order);
  return true;
}

function eventsOf(accepted: readonly Statement[], at: Instant): HaltEvent[] {
  const acks = accepted.map(({ planeId: _, left: __, ...ack }) => ({ ...ack, at }));
  const farewells = accepted.filter(isFarewell).map(({ pointId, instance }) => ({
    type: 'point:left' as const,
    data: { pointId, instance, at },
  }));
  return [{ type: 'point:acknowledged', data: { acks } }, ...farewells];
}

/** Leaving with work still running is not leaving. */
function isFarewell({ left, level, inflight }: Statement): boolean {
  return left === true && level === 'quiesced' && inflight.uncancellable.length === 0;
}

function differs(order: Order, before: Order | undefined): boolean {
  return before === undefined || canonicalJson(order.points) !== canonicalJson(before.points);
}
