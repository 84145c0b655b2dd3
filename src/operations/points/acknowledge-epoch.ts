import {
  applyHaltEvent,
  isContained,
  ordersToAnswer,
  type Order,
  type Plane,
} from '../../core/containment.js';
import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { Ack, HaltEvent } from '../../core/halt-events.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import { inAHurry, type Deps } from '../deps.js';
import type { HaltPlane } from '../halting/halt-plane.js';
import { putGoneIn } from './keep-point.js';
import { PLANE_STREAM, readPlane } from '../halting/read-plane.js';
import { recordLate } from './record-late.js';
import { settleContainment } from './settle-containment.js';
import { touchHalt } from '../halting/touch-halt.js';
import { writeTogether } from '../write-together.js';

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
  deps.plane.lull.stir();
  await recorderOf(deps)({ deps, accepted, actor, at: deps.now() });
  return { accepted: accepted.length, refused };
}

/** The statements of one request that we take, and when they reached us. */
interface Batch {
  readonly deps: Deps;
  readonly accepted: readonly Statement[];
  readonly actor: Actor;
  readonly at: Instant;
}

const BATCHES_AT_ONCE = 64;
const RECORDERS = new WeakMap<HaltPlane, (batch: Batch) => Promise<void>>();

/** Guards answer an order all at once: what has arrived by then is recorded in one transaction. */
function recorderOf({ plane }: Deps): (batch: Batch) => Promise<void> {
  const known = RECORDERS.get(plane);
  if (known !== undefined) return known;
  const recorder = writeTogether(async (batches: readonly Batch[]) => {
    const [first] = batches;
    if (first !== undefined) await record(inAHurry(first.deps), batches);
    return batches.map(() => undefined);
  }, BATCHES_AT_ONCE);
  RECORDERS.set(plane, recorder);
  return recorder;
}

async function record(deps: Deps, batches: readonly Batch[]): Promise<void> {
  if (!(await recordLate(deps)))
    throw new DomainError(
      'unavailable',
      'An order is in force and could not be written yet. Send this again.',
    );
  const touched = await deps.store.transact((tx) => recordIn(tx, deps, batches));
  for (const { pointId } of farewellsOf(batches)) deps.plane.leases.remove(pointId);
  if (touched.length === 0) return;
  deps.plane.orders.unsettled = true;
  if (touched.some(isNews)) await settleContainment(deps);
}

/**
 * The last answer, or one that takes "contained" back. All others wait for the tick, which has the cards drawn as well:
 * looking for what to draw after each of them keeps the next ones waiting.
 */
function isNews(order: Order): boolean {
  return isContained(order) !== (order.contained !== null);
}

function whyNot({ plane }: Deps, ack: Statement, boundTo: string | null): string | undefined {
  const point = plane.leases.get(ack.pointId);
  if (boundTo !== null && boundTo !== ack.agentId)
    return `this token speaks for ${boundTo} only: answer for ${ack.agentId} with its own`;
  if (point === undefined) return `${ack.pointId} has no lease here: open its stream first`;
  if (point.agentId !== ack.agentId || point.instance !== ack.instance)
    return `${ack.pointId} is held by another instance: give each process its own name`;
  const { planeId, epoch } = plane.current();
  if (ack.planeId !== planeId) return `this control plane is ${planeId}: read its state first`;
  if (ack.epoch > epoch)
    return `epoch ${ack.epoch} has not been issued here (the newest is ${epoch}): answer for the state you were sent`;
  return undefined;
}

/** Batches that add nothing are not written. */
async function recordIn(tx: Transaction, deps: Deps, batches: readonly Batch[]): Promise<Order[]> {
  const before = await readPlane(tx);
  for (const { accepted, actor, at } of batches) {
    const events = eventsOf(accepted, at);
    if (!addsTo(before, events)) continue;
    await tx.append({ stream: PLANE_STREAM, events, actor, occurredAt: at, recordedAt: deps.now() });
  }
  const plane = await readPlane(tx);
  const gone = farewellsOf(batches).map(({ pointId }) => pointId);
  if (gone.length > 0) await putGoneIn(tx, deps, gone);
  const touched = ordersToAnswer(plane).filter((order) => order !== before.orders.get(order.haltId));
  for (const order of touched) await touchHalt(tx, deps.settings, order);
  return touched;
}

/** Asked statement by statement: the first that adds something settles it. */
function addsTo(plane: Plane, events: readonly HaltEvent[]): boolean {
  return events.some((event) => {
    if (event.type !== 'point:acknowledged') return applyHaltEvent(plane, event) !== plane;
    return event.data.acks.some(
      (ack) => applyHaltEvent(plane, { ...event, data: { acks: [ack] } }) !== plane,
    );
  });
}

function eventsOf(accepted: readonly Statement[], at: Instant): HaltEvent[] {
  // Written out, in the order in which the journal writes them: there may be ten thousand.
  const acks = accepted.map(({ agentId, epoch, inflight, instance, level, pointId }) => ({
    agentId,
    at,
    epoch,
    inflight,
    instance,
    level,
    pointId,
  }));
  const farewells = accepted.filter(isFarewell).map(({ pointId, instance }) => ({
    type: 'point:left' as const,
    data: { pointId, instance, at },
  }));
  return [{ type: 'point:acknowledged', data: { acks } }, ...farewells];
}

function farewellsOf(batches: readonly Batch[]): Statement[] {
  return batches.flatMap(({ accepted }) => accepted.filter(isFarewell));
}

/** Leaving with work still running is not leaving. */
function isFarewell({ left, level, inflight }: Statement): boolean {
  return left === true && level === 'quiesced' && inflight.uncancellable.length === 0;
}
