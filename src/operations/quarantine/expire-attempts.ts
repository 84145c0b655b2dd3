import { systemActor } from '../../core/actor.js';
import type { Halt } from '../../core/halt.js';
import { obstacleTo } from '../../core/quarantine.js';
import type { QuarantineEvent } from '../../core/quarantine-events.js';
import type { HeldAttemptRow, Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { findAttempt, recordAttemptIn } from './record-attempt.js';
import { waitingRoomOf } from '../points/waiting-room.js';

const QUARANTINE = systemActor('quarantine');
/** One transaction must not keep a halt waiting. */
const AT_ONCE = 100;

/**
 * The tick of the quarantine: ends releases that nobody took up in time, releases that an order has overtaken, and
 * everything whose order is lifted, which is told to ask again. What waits undecided never ends by itself. Returns
 * how many it ended.
 */
export async function expireAttempts(deps: Deps): Promise<number> {
  let ended = 0;
  for (let after = 0; ;) {
    const rows = await openAfter(deps, after);
    const due = rows.filter((row) => mayBeOver(row, deps));
    for (let start = 0; start < due.length; start += AT_ONCE)
      ended += await endSome(deps, due.slice(start, start + AT_ONCE));
    const last = rows.at(-1);
    if (rows.length < PAGE || last === undefined) break;
    after = last.number;
  }
  if (ended > 0) deps.wake();
  return ended;
}

const PAGE = 1_000;

async function openAfter({ store }: Deps, after: number): Promise<HeldAttemptRow[]> {
  return store.heldAttempts({ states: ['held', 'released'], after, limit: PAGE });
}

/** What needs a closer look; what waits under an order that stands does not. */
function mayBeOver({ state, haltId }: HeldAttemptRow, { plane }: Deps): boolean {
  return state === 'released' || !plane.orders.halts().some(({ id }) => id === haltId);
}

async function endSome(deps: Deps, rows: readonly HeldAttemptRow[]): Promise<number> {
  const ended = await deps.store.transact(async (tx) => {
    const ids: string[] = [];
    for (const { id } of rows) if (await endIn(tx, deps, id)) ids.push(id);
    return ids;
  });
  ended.forEach((id) => waitingRoomOf(deps.plane).changed(id));
  return ended.length;
}

async function endIn(tx: Transaction, deps: Deps, id: string): Promise<boolean> {
  const event = await whatIsOver(tx, id, { at: deps.now(), halts: deps.plane.orders.halts() });
  if (event === undefined) return false;
  await recordAttemptIn(tx, deps, { id, event, actor: QUARANTINE });
  return true;
}

async function whatIsOver(
  tx: Transaction,
  id: string,
  { at, halts }: { at: string; halts: readonly Halt[] },
): Promise<QuarantineEvent | undefined> {
  const { item } = await findAttempt(tx, id);
  if (item.state !== 'held' && item.state !== 'released') return undefined;
  const obstacle = obstacleTo(item, halts);
  if (obstacle !== undefined) return { type: 'attempt:refused', data: { at, ...obstacle } };
  if (item.state === 'released' && (item.release?.expiresAt ?? at) <= at)
    return { type: 'attempt:expired', data: { at } };
  return undefined;
}
