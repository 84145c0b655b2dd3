/** How each pager is, over all incidents. Operational state and no fact: the facts are in the incidents. */
import { PagerHealth, UNTRIED } from '../../core/pager.js';
import type { Reader, Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';

export async function readPagerHealth(reader: Reader, pager: string): Promise<PagerHealth> {
  const parsed = PagerHealth.safeParse(await reader.setting(keyOf(pager)));
  return parsed.success ? parsed.data : UNTRIED;
}

/**
 * Keeps it, and where it has changed for better or worse says so in the announcement channel: a message of its own for
 * each time that it begins to fail, because an edit notifies nobody.
 */
export async function keepPagerHealthIn(
  tx: Transaction,
  { settings }: Deps,
  { pager, health }: { readonly pager: string; readonly health: PagerHealth },
): Promise<void> {
  const before = await readPagerHealth(tx, pager);
  await tx.setSetting(keyOf(pager), health);
  const since = health.failing?.since ?? before.failing?.since;
  if (since === undefined || settings.announceChannel === null) return;
  await tx.touchSurface({
    key: `pager-failing:${pager}:${Date.parse(since)}`,
    kind: 'pager-failing',
    lane: 'halt',
    incident: null,
    target: settings.announceChannel,
  });
}

function keyOf(pager: string): string {
  return `pager:health:${pager}`;
}
