import type { Store } from '../../src/store/types.js';

/** A store with something in between, for those in a hurry as well. */
export function wrapped(store: Store, change: Partial<Store>): Store {
  const through: Store = {
    ...store,
    ...change,
    get urgent() {
      return through;
    },
  };
  return through;
}
