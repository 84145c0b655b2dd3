/**
 * Orders that are over leave the memory after some days: each may have expected ten thousand points. The journal has
 * them for ever, and whoever asks for an older one is answered from there.
 */
import { subDays } from 'date-fns';
import { isOver } from './containment.js';
import type { Instant } from './ids.js';
import type { Order, Plane } from './order.js';

/** Longer than most incidents are worked on. */
const KEPT_DAYS = 7;

/** The plane without what was over long before `now`; the same object where nothing is. */
export function withoutOld(plane: Plane, now: Instant): Plane {
  const before = subDays(now, KEPT_DAYS).toISOString();
  const old = [...plane.orders.values()].filter((order) => isOld(order, before));
  if (old.length === 0) return plane;
  const orders = new Map(plane.orders);
  for (const { haltId } of old) orders.delete(haltId);
  // What asked for one goes with it; what nobody has answered yet stays.
  const asks = new Map([...plane.asks].filter(([, { answer }]) => answer === null || orders.has(answer)));
  return { ...plane, orders, asks };
}

/** What people have still to look at is not old: an unreviewed break-glass, a switch whose release still fails. */
function isOld(order: Order, before: Instant): boolean {
  const { lifted, ended, breakGlass, reviewed, points } = order;
  if (!isOver(order) || (breakGlass && reviewed === null)) return false;
  const overAt = lifted?.at ?? ended?.at ?? before;
  return overAt < before && !points.some(({ released, trouble = null }) => !released && trouble !== null);
}
