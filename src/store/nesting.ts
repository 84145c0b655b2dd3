/**
 * Notices a store that is used inside its own transaction: there is one connection, so that would be waiting for oneself.
 * Node can only tell by following every promise of the process, which costs a third of what it can do. So tests are
 * watched and a server is not: there the turn ends by its time limit (`turns.ts`).
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Nesting {
  within<T>(work: () => Promise<T>): Promise<T>;
  /** Is whoever asks part of a transaction that is still open? */
  isInside(): boolean;
}

export const UNWATCHED: Nesting = { within: (work) => work(), isInside: () => false };

/** One transaction, and what it was begun in: a transaction of another store. */
interface Scope {
  readonly of: Nesting;
  readonly outer: Scope | undefined;
  open: boolean;
}

/** One for all stores: each that there ever was is carried from promise to promise until the process ends. */
const scopes = new AsyncLocalStorage<Scope>();

export function watchNesting(): Nesting {
  const nesting: Nesting = {
    within(work) {
      const scope: Scope = { of: nesting, outer: stillOpen(scopes.getStore()), open: true };
      return scopes.run(scope, work).finally(() => (scope.open = false));
    },
    isInside() {
      let scope = stillOpen(scopes.getStore());
      while (scope !== undefined && scope.of !== nesting) scope = stillOpen(scope.outer);
      return scope !== undefined;
    },
  };
  return nesting;
}

/** The innermost that is; what has ended is let go, for its promises may have begun others. */
function stillOpen(scope: Scope | undefined): Scope | undefined {
  let innermost = scope;
  while (innermost !== undefined && !innermost.open) innermost = innermost.outer;
  return innermost;
}
