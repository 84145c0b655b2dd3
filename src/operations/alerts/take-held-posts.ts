import { z } from 'zod';
import type { Actor } from '../../core/actor.js';
import { Alert } from '../../core/alert.js';
import { PagerReport } from '../../core/pager-report.js';
import { plainSource, type SourceSettings } from '../../core/source-settings.js';
import type { HeldPostRow } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { readSource } from './read-source.js';
import { isOverload, PATIENCE, takeNow } from './take-post.js';

/** What `takePost` stores. */
const Held = z.object({
  alerts: z.array(Alert),
  reports: z.array(PagerReport),
  deliveryId: z.string().nullable(),
});

/** One tick takes no more than this of one source: others have their turn, and so has the store. */
const MOST_A_TICK = 2_000;
/** Posts taken together; one that has failed before is taken by itself. */
const TOGETHER = 100;

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
  for (let after = 0; taken < MOST_A_TICK;) {
    const rows = await nextRows(deps, { source: name, after });
    const last = rows.at(-1);
    if (last === undefined) return taken;
    after = last.id;
    const outcomes = await Promise.all(rows.map((row) => takeOne(deps, row, settings)));
    await keepOutcomes(deps, rows, outcomes);
    taken += outcomes.filter((outcome) => outcome === 'taken').length;
    const mustWait = rows.some(
      ({ attempts }, index) =>
        outcomes[index] === 'later' || (outcomes[index] === 'failed' && attempts + 1 < PATIENCE),
    );
    if (mustWait) return taken;
  }
  return taken;
}

/** Those that come next and are taken in one go: each is handed over before the one behind it. */
async function nextRows(
  { store }: Deps,
  { source, after }: { readonly source: string; readonly after: number },
): Promise<HeldPostRow[]> {
  const rows = await store.heldPosts({ source, after, limit: TOGETHER });
  const alone = rows.findIndex(goesAlone);
  return alone === -1 ? rows : rows.slice(0, Math.max(1, alone));
}

/** What has failed before, and what a pager reports: that somebody answered comes after what they were paged for. */
function goesAlone({ attempts, body }: HeldPostRow): boolean {
  const held = Held.safeParse(body);
  return attempts > 0 || !held.success || held.data.reports.length > 0;
}

async function keepOutcomes(
  { store }: Deps,
  rows: readonly HeldPostRow[],
  outcomes: readonly Taken[],
): Promise<void> {
  await store.transact(async (tx) => {
    for (const [index, { id }] of rows.entries()) {
      if (outcomes[index] === 'taken') await tx.dropHeldPost(id);
      else if (outcomes[index] === 'failed') await tx.retryHeldPost(id);
    }
  });
}

/** It may have been renamed since: what it posted counts all the same. */
function goneSource(name: string): SourceSettings {
  return { ...plainSource('generic'), name };
}

type Taken = 'taken' | 'failed' | 'later';

async function takeOne(deps: Deps, row: HeldPostRow, source: SourceSettings): Promise<Taken> {
  const actor: Actor = { kind: 'source', id: row.source, roles: [], via: 'http' };
  try {
    const { alerts, ...held } = Held.parse(row.body);
    const post = { ...held, alerts: alerts.map((alert) => ({ ...alert, heldSince: row.receivedAt })) };
    const { outcomes } = await takeNow(deps, { source, post, actor });
    if (outcomes.every(({ outcome }) => outcome !== 'failed')) return 'taken';
    complain(deps, row, undefined);
  } catch (error) {
    if (isOverload(error)) return 'later';
    complain(deps, row, error);
  }
  return 'failed';
}

/** At the 1st, 2nd, 4th, 8th … attempt: it is tried each second. */
function complain({ log }: Deps, { id, source, attempts }: HeldPostRow, error: unknown): void {
  const tries = attempts + 1;
  if ((tries & attempts) !== 0) return;
  log.error({ err: error, source, post: id, tries }, 'a held post could not be taken: it is tried again');
}
