import type { Snapshot } from '../core/halt-shapes.js';
import type { Enforcer } from './enforcer.js';
import type { Memory } from './memory.js';
import type { PinnedKey } from './pinned-key.js';
import type { Follower } from './plane-session.js';
import { readHalt, type SignedState } from './read-snapshot.js';

export interface FollowerParts {
  readonly enforcer: Pick<Enforcer, 'accept' | 'renew'>;
  readonly pinned: PinnedKey;
  readonly memory: Memory;
  /** The control plane knows less than we do. */
  readonly offer: () => void;
  readonly onTrouble: (error: unknown) => void;
}

/** What a guard makes of each state it hears. */
export function createFollower({ enforcer, pinned, memory, offer, onTrouble }: FollowerParts): Follower {
  return {
    async prepare(signal) {
      // Nothing is accepted before what an earlier process knew: a restored backup would look new.
      await memory.loaded;
      await pinned.obtain(signal);
    },
    accept({ signed, snapshot }) {
      const acceptance = enforcer.accept(snapshot, pinned.signed(signed));
      memory.keep(signed);
      if (acceptance === 'older' || (acceptance === 'same' && lacks(snapshot, memory.newest()))) offer();
      if (acceptance === 'newer' || acceptance === 'same') return true;
      const why =
        acceptance === 'unsigned' ? 'is not signed by the pinned key' : 'is older than what this guard holds';
      onTrouble(
        new Error(`the state of epoch ${snapshot.epoch} ${why}: it renews no lease and lifts nothing`),
      );
      return false;
    },
    renew: (sent, atMs, leaseMs) => enforcer.renew(sent, atMs, leaseMs),
    onTrouble,
  };
}

/** Two states of one epoch: the control plane has lost an order, and given its epoch again. */
function lacks(told: Snapshot, newest: SignedState | undefined): boolean {
  if (newest?.planeId !== told.planeId || newest.epoch !== told.epoch) return false;
  const known = new Set(told.halts.map(({ id, at }) => `${id} ${at}`));
  return newest.halts.map(readHalt).some(({ id, at }) => !known.has(`${id} ${at}`));
}
