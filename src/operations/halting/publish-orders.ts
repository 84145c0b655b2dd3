import type { Deps } from '../deps.js';
import { raise } from './record-order.js';

/**
 * Tells everybody the orders as they stand now, after one of them has gone. `recorded` is the epoch of that record;
 * where an order that came in meanwhile has a newer one, the state goes out under one that is newer still.
 */
export async function publishOrders({ plane, store }: Deps, recorded: number): Promise<number> {
  let epoch = recorded;
  while (epoch <= plane.current().epoch) {
    const next = plane.orders.takeEpoch();
    await store.transact((tx) => raise(tx, 'epoch', next));
    epoch = next;
  }
  plane.publish({ epoch, halts: plane.orders.halts() });
  return epoch;
}
