import { z } from 'zod';
import type { Actor } from '../core/actor.js';
import { Alert } from '../core/alert.js';
import { PagerReport } from '../core/pager-report.js';
import { plainSource, type SourceSettings } from '../core/source-settings.js';
import type { HeldPostRow } from '../store/types.js';
import type { Deps } from './deps.js';
import { readSource } from './read-source.js';
import { isOverload, PATIENCE, takeNow } from './take-post.js';

/** What `takePost` stores. */
const Held = z.object({
  alerts: z.array(Alert),
  reports: z.array(PagerReport),
  deliveryId: z.string().nullable(),
});

/** One tick takes no more than this of one source: others have their turn, and so has the store. */
const AT_ONCE = 500;

/** Sources that are being worked through: a tick does not begin what the last one has not ended. */
const busy = new WeakMap<object, Set<string>>();

/** A tick: takes what waits for each source that is not paused, in the order in which it came. Returns how many. */
export async function takeHeldPosts(deps: Deps): Promise<number> {
  const working = busyOf(deps);
  let taken = 0;
  for (const { source } of await deps.store.heldPostCounts()) {
    if (working.has(source)) continue;
    working.add(source);
    try {
      if ((await readSource(deps.store, source)).paused === null) taken += await takeAllOf(deps, source);
    } finally {
      working.delete(source);
    }
  }
  return taken;
}

function busyOf({ store }: Deps): Set<string> {
  const known = busy.get(store);
  if (known !== undefined) return known;
  const made = new Set<string>();
  busy.set(store, made);
  return made;
}

async function takeAllOf(deps: Deps, name: string): Promise<number> {
  const settings = deps.registry.sources.get(name) ?? goneSource(name);
  let taken = 0;
  for (let after = 0; taken < AT_ONCE;) {
    const [row] = await deps.store.heldPosts({ source: name, after, limit: 1 });
    if (row === undefined) return taken;
    after = row.id;
    const outcome = await takeOne(deps, row, settings);
    if (outcome === 'taken') taken += 1;
    else if (outcome === 'later' || row.attempts + 1 < PATIENCE) return taken;
  }
  return taken;
}

/** It may have been renamed since: what it posted counts all the same. */
function goneSource(name: string): SourceSettings {
  return { ...plainSource('generic'), name };
}

async function takeOne(
  deps: Deps,
  row: HeldPostRow,
  source: SourceSettings,
): Promise<'taken' | 'failed' | 'later'> {
  const actor: Actor = { kind: 'source', id: row.source, roles: [], via: 'http' };
  try {
    const { alerts, ...held } = Held.parse(row.body);
    const post = { ...held, alerts: alerts.map((alert) => ({ ...alert, heldSince: row.receivedAt })) };
    const { outcomes } = await takeNow(deps, { source, post, actor });
    if (outcomes.every(({ outcome }) => outcome !== 'failed')) {
      await deps.store.transact((tx) => tx.dropHeldPost(row.id));
      return 'taken';
    }
    complain(deps, row, undefined);
  } catch (error) {
    if (isOverload(error)) return 'later';
    complain(deps, row, error);
  }
  await deps.store.transact((tx) => tx.retryHeldPost(row.id));
  return 'failed';
}

/** At the 1st, 2nd, 4th, 8th … attempt: it is tried each second. */
function complain({ log }: Deps, { id, source, attempts }: HeldPostRow, error: unknown): void {
  const tries = attempts + 1;
  if ((tries & attempts) !== 0) return;
  log.error({ err: error, source, post: id, tries }, 'a held post could not be taken: it is tried again');
}
