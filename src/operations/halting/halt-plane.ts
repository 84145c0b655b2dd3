/**
 * The halts in force, in memory, signed, and pushed to whoever listens. The store is the truth; this is what
 * guards hear, and what stands when the store cannot be written (design §2: a halt whose write fails is
 * broadcast all the same).
 */
import type { Snapshot } from '../../core/halt.js';
import type { FixedPoints } from '../points/fixed-points.js';
import type { HaltTiming } from './halt-timing.js';
import type { LeaseLedger } from '../points/lease-ledger.js';
import type { Lull } from './lull.js';
import type { StandingOrders } from './standing-orders.js';

export interface HaltPlane {
  current(): Snapshot;
  /** Called at once with every new snapshot, in the order of their epochs. Returns the way out. */
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
  /** Replaces the snapshot; an epoch that is not newer is refused. */
  publish(next: { epoch: number; halts: Snapshot['halts'] }): Snapshot;
  /** Ed25519, SPKI PEM: what guards pin. */
  readonly publicKey: string;
  readonly timing: HaltTiming;
  readonly orders: StandingOrders;
  readonly leases: LeaseLedger;
  readonly fixtures: FixedPoints;
  readonly lull: Lull;
}
