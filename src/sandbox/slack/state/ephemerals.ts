/** Messages that only one person sees. Slack keeps none of them; the sandbox does, so that tests can look. */
import type { Json } from '../json.js';

export interface Ephemeral {
  readonly ts: string;
  readonly channel: string;
  readonly userId: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly threadTs?: string;
}

export interface Ephemerals {
  add(message: Ephemeral): void;
  find(ts: string): Ephemeral | undefined;
  replace(ts: string, change: Pick<Ephemeral, 'text' | 'blocks'>): void;
  remove(ts: string): void;
  of(userId: string): readonly Ephemeral[];
}

/** Keeps the ephemeral messages of one workspace, oldest first. */
export function createEphemerals(): Ephemerals {
  const kept = new Map<string, Ephemeral>();
  return {
    add: (message) => kept.set(message.ts, message),
    find: (ts) => kept.get(ts),
    replace: (ts, change) => {
      const old = kept.get(ts);
      if (old) kept.set(ts, { ...old, ...change });
    },
    remove: (ts) => kept.delete(ts),
    of: (userId) => [...kept.values()].filter((message) => message.userId === userId),
  };
}
