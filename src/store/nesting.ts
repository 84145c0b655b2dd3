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

export function watchNesting(): Nesting {
  const within = new AsyncLocalStorage<{ open: boolean }>();
  return {
    within(work) {
      const scope = { open: true };
      return within.run(scope, work).finally(() => (scope.open = false));
    },
    isInside: () => within.getStore()?.open === true,
  };
}
