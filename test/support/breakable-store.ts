import type { Store } from '../../src/store/types.js';

/** A store in which no order can be written while it is broken. */
export function breakable() {
  let broken = false;
  const through = (store: Store): Store => ({
    ...store,
    transact: (work) => (broken ? Promise.reject(new Error('disk full')) : store.transact(work)),
  });
  return { through, breaks: (now: boolean) => void (broken = now) };
}
