import { createPublicKey, verify } from 'node:crypto';
import type { Actor } from '../../core/actor.js';
import { canonicalJson } from '../../core/canonical-json.js';
import { DomainError } from '../../core/errors.js';
import { HaltEvent } from '../../core/halt-events.js';
import { snapshotText, type Halt, type Snapshot } from '../../core/halt.js';
import type { Deps } from '../deps.js';
import type { HaltPlane } from './halt-plane.js';
import { haltOf, orderEvent } from './order-event.js';
import { publishOrders } from './publish-orders.js';
import { PLANE_STREAM } from './read-plane.js';
import { recordOrder } from './record-order.js';
import type { UnrecordedOrder } from './standing-orders.js';

export interface ReadoptHalts {
  /** A state that a guard holds, word for word. */
  readonly offered: Snapshot;
  readonly actor: Actor;
}

export interface Readopted {
  /** The epoch from now on: newer than what was offered. */
  readonly epoch: number;
  /** Orders that were lost here and stand again, by the numbers they have now. */
  readonly adopted: readonly string[];
}

/** Offers are taken one after the other: after a restart every guard may make the same one at once. */
interface Desk {
  readonly done: Map<string, Readopted>;
  last: Promise<unknown>;
}
const desks = new WeakMap<HaltPlane, Desk>();

/**
 * Takes back what we signed and have lost: an order whose write failed before we died, or that a restored backup does
 * not know. Such an order stands again, under a new number; nothing is ever lifted by this. Then the state goes out
 * under an epoch that is newer than any that guards hold, so that they follow us again.
 */
export async function readoptHalts(deps: Deps, input: ReadoptHalts): Promise<Readopted> {
  refuseForeign(deps.plane, input.offered);
  const desk = desks.get(deps.plane) ?? { done: new Map(), last: Promise.resolve() };
  desks.set(deps.plane, desk);
  const before = desk.done.get(input.offered.signature);
  if (before !== undefined) return before;
  const turn = desk.last.then(async () => {
    const answer = desk.done.get(input.offered.signature) ?? (await readopt(deps, input));
    desk.done.set(input.offered.signature, answer);
    return answer;
  });
  desk.last = turn.catch(() => undefined);
  return turn;
}

function refuseForeign(plane: HaltPlane, offered: Snapshot): void {
  const { signature } = offered;
  const isOurs = verify(
    null,
    Buffer.from(snapshotText(offered)),
    createPublicKey(plane.publicKey),
    Buffer.from(signature, 'base64'),
  );
  if (!isOurs || offered.planeId !== plane.current().planeId)
    throw new DomainError(
      'not-allowed',
      'This state was not signed by this control plane. Order what it says with `haltline halt` if it should stand.',
    );
}

async function readopt(deps: Deps, { offered, actor }: ReadoptHalts): Promise<Readopted> {
  const { plane, log, now } = deps;
  const { orders } = plane;
  const known = await knownOrders(deps);
  const lost = offered.halts.filter((halt) => halt.drill !== true && !known.has(identity(halt)));
  if (lost.length === 0 && offered.epoch <= plane.current().epoch)
    return { epoch: plane.current().epoch, adopted: [] };
  log.error(
    { offered: offered.epoch, epoch: plane.current().epoch, lost: lost.map(({ id }) => id) },
    'A GUARD HOLDS WHAT THIS CONTROL PLANE HAS LOST: was an old database restored, or a write lost?',
  );
  while (orders.takenEpoch() < offered.epoch) orders.takeEpoch();
  // From here to `announcing` nothing waits, as when an order is given.
  const news = lost
    .filter(({ scope, mode }) => orders.equalTo({ scope, mode, rehearsal: false }, now()) === undefined)
    .map((halt) => adopt(deps, { halt, offered, actor }));
  orders.announcing(1);
  try {
    for (const order of news) await record(deps, order);
  } finally {
    orders.announcing(-1);
  }
  const epoch = await announce(deps);
  deps.wake();
  return { epoch, adopted: news.map(({ event }) => event.data.haltId) };
}

/** Guards must not wait for a store that cannot be written. */
async function announce(deps: Deps): Promise<number> {
  const { plane, log } = deps;
  try {
    return await publishOrders(deps, plane.current().epoch);
  } catch (error) {
    log.error({ err: error }, 'an epoch could not be written down; it is published all the same');
    return plane.publish({ epoch: plane.orders.takeEpoch(), halts: plane.orders.halts() }).epoch;
  }
}

function adopt(
  deps: Deps,
  { halt, offered, actor }: ReadoptHalts & { readonly halt: Halt },
): UnrecordedOrder {
  const { orders } = deps.plane;
  const { scope, mode, reason } = halt;
  const about = { incident: null, originChannel: null, reviewAt: null, rehearsal: false, breakGlass: false };
  const numbers = orders.take();
  const event = orderEvent(deps, { scope, mode, reason, actor, ...about }, numbers);
  const { haltId, at, expected, uncovered } = event.data;
  const readopted: HaltEvent = {
    type: 'halt:readopted',
    data: { haltId, at, offeredEpoch: offered.epoch, former: { id: halt.id, at: halt.at, scope, mode } },
  };
  orders.add({ halt: haltOf(event), epoch: numbers.epoch, expected: expected.length, uncovered });
  const order = { event, actor, also: [readopted] };
  orders.unrecorded.set(haltId, order);
  return order;
}

/** In force whether or not it can be written: the tick goes on trying. */
async function record(deps: Deps, order: UnrecordedOrder): Promise<void> {
  try {
    await recordOrder(deps, order, true);
  } catch (error) {
    const { haltId } = order.event.data;
    deps.log.error({ err: error, haltId }, 'HALT NOT RECORDED: in force all the same, still trying to write');
  }
}

/** Every order that was ever given here, in force or lifted, and every lost one that was taken back before. */
async function knownOrders({ store, plane }: Deps): Promise<ReadonlySet<string>> {
  const entries = await store.readStream(PLANE_STREAM);
  const events = entries
    .filter(({ type }) => type === 'halt:ordered' || type === 'halt:readopted')
    .map(({ type, data, private: secret }) => HaltEvent.parse({ type, data, private: secret ?? null }));
  const written = events.flatMap((event) => {
    if (event.type === 'halt:readopted') return [identity(event.data.former)];
    return event.type === 'halt:ordered' ? [identity({ ...event.data, id: event.data.haltId })] : [];
  });
  return new Set([...written, ...plane.orders.halts().map(identity)]);
}

/** Numbers may be given twice when a journal was lost; no two orders share all of these. */
function identity({ id, at, scope, mode }: Pick<Halt, 'id' | 'at' | 'scope' | 'mode'>): string {
  return canonicalJson([id, at, scope, mode]);
}
