import { systemActor } from '../../core/actor.js';
import type { Instant } from '../../core/ids.js';
import type { SurfaceRow } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { pageOfSurface } from '../paging/page-of-surface.js';
import { sharePageIn } from '../alerts/share-with-members.js';

/**
 * Slack accepted a message for the first time at `at`. Of a page that is a fact of the chain; a reconciler that
 * finds the message again after a crash may say it again.
 */
export async function surfacePosted(deps: Deps, input: { surface: SurfaceRow; at: Instant }): Promise<void> {
  const page = pageOfSurface(input.surface);
  if (page === undefined) return;
  const { incident, pageId, userId } = page;
  const added = await deps.store.transact(async (tx) => {
    const isNew = await appendToIncident(tx, {
      incident,
      events: [{ type: 'page:sent', data: { pageId, userId, at: input.at } }],
      actor: systemActor('pager'),
      at: deps.now(),
      occurredAt: input.at,
      idempotencyKey: `page:sent:${pageId}:${userId}`,
    });
    if (isNew) await sharePageIn(tx, { umbrella: incident, at: deps.now() });
    return isNew;
  });
  if (added) deps.wake();
}
