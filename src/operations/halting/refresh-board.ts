import type { Deps } from '../deps.js';
import { BOARD, touchBoard } from './touch-halt.js';

/**
 * Orders and answers have the board rendered by themselves; points that come and go do not. Looks at memory only,
 * and writes nothing while all is as it was. There is no board before the first order.
 */
export function boardRefresher(deps: Deps): () => Promise<void> {
  let shown = pictureOf(deps);
  return async () => {
    const picture = pictureOf(deps);
    if (picture === shown) return;
    await deps.store.transact(async (tx) => {
      if ((await tx.surface(BOARD)) !== undefined) await touchBoard(tx, deps.settings);
    });
    shown = picture;
    deps.wake();
  };
}

/** How many points each agent has, and how many of them are connected. */
function pictureOf({ plane }: Deps): string {
  const counts = new Map<string, [points: number, connected: number]>();
  for (const { agentId, connections } of plane.leases.all()) {
    const [points, connected] = counts.get(agentId) ?? [0, 0];
    counts.set(agentId, [points + 1, connected + (connections > 0 ? 1 : 0)]);
  }
  return JSON.stringify([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
