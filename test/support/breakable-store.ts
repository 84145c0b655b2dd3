import type { Store } from '../../src/store/types.js';
import { wrapped } from './wrapped-store.js';

/** A store in which no order can be written while it is broken. */
export function breakable() {
  let broken = false;
  const through = (store: Store): Store =>
    wrapped(store, {
      transact: (work) => (broken ? Promise.reject(new Error('disk full')) : store.transact(work)),
    });
  return { through, breaks: (now: boolean) => void (broken = now) };
}
