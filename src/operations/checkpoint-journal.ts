import { incidentName } from '../core/ids.js';
import type { Deps } from './deps.js';

/**
 * Keeps the journal's head and has every open incident's card rendered again, whose footer shows it: a head that
 * stands in Slack is out of reach of whoever can change the file.
 */
export async function checkpointJournal(deps: Deps): Promise<void> {
  await deps.store.transact(async (tx) => {
    const head = await tx.head();
    if (head.size === 0) return;
    await tx.addCheckpoint(head);
    for (const row of await tx.incidents({ open: true, limit: 50 })) {
      const incident = incidentName(row.kind, row.number);
      if ((await tx.surface(`card:${incident}`)) !== undefined) await tx.touchSurfacesOf(incident);
    }
  });
  deps.wake();
}
