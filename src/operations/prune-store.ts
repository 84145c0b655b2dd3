import { subDays } from 'date-fns';
import type { Deps } from './deps.js';

/** Slack delivers a press again within the hour, and an effect that is done is done. */
const KEPT_DAYS = 30;
/** One transaction must not keep a halt waiting. */
const AT_ONCE = 500;

/** Forgets finished effects, old claims and points that left long ago. The journal keeps what happened. */
export async function pruneStore({ store, now }: Pick<Deps, 'store' | 'now'>): Promise<number> {
  const before = subDays(now(), KEPT_DAYS).toISOString();
  let pruned = 0;
  for (;;) {
    const some = await store.transact((tx) => tx.prune(before, AT_ONCE));
    pruned += some;
    if (some < AT_ONCE) return pruned;
  }
}
