import { systemActor } from '../../core/actor.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { SurfaceRow } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { pageOfSurface } from '../paging/page-of-surface.js';

/**
 * Slack refused a message for good. A page that failed is on record, so that the next role is paged; of
 * anything else the card tells what is missing. What belongs to no incident can only be logged.
 */
export async function surfaceRefused(
  deps: Deps,
  { surface, error }: { surface: SurfaceRow; error: string },
): Promise<void> {
  deps.log.warn({ surface: surface.key, error }, 'a message was refused for good');
  const { incident } = surface;
  if (incident === null) return;
  const added = await deps.store.transact((tx) =>
    appendToIncident(tx, {
      incident,
      events: [refusal(surface, error)],
      actor: systemActor('reconciler'),
      at: deps.now(),
      idempotencyKey: `surface:refused:${surface.key}`,
    }),
  );
  if (added) deps.wake();
}

function refusal(surface: SurfaceRow, error: string): IncidentEvent {
  const page = pageOfSurface(surface);
  if (page !== undefined) {
    return { type: 'page:failed', data: { pageId: page.pageId, userId: page.userId, error } };
  }
  const consequence = CONSEQUENCES[surface.kind] ?? 'Something that belongs here cannot be shown.';
  return { type: 'channel:degraded', data: { part: surface.kind, error, consequence } };
}

/** What the absence of each kind of message means for people. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  'incident-card': 'There is no card: use `/incident status` and the other commands.',
  announcement: 'The incident was not announced: tell the people who watch that channel.',
  'page-mention': 'Nobody is mentioned in the channel: the page went out as a direct message only.',
  checklist:
    'The rollback checklist cannot be shown here: its steps are in runbooks/action-classes. It is tried again at the next change.',
  'budget-warning': 'The operators were not told that a time budget runs out: tell them.',
  'incident-update': 'An update was not posted: tell people in another way.',
  halt: 'The progress of the halt is not shown here: use `/halt status`. The halt itself stands.',
  quarantine: 'What is held is not listed here: use `haltline quarantine list`. It waits all the same.',
  lift: 'The lift cannot be approved here: use `/halt lift` or `haltline lift`.',
  'halt-review': 'Nobody was asked whether the halt is still needed: it stands. See `/halt status`.',
  'stuck-switch': 'A kill switch may still hold an agent after the lift: see the card of the halt.',
  'halt-ask': 'One of the people who may halt could not be asked: call them by phone.',
  'role-brief': 'The duties of the role could not be sent: they are in roles.yml.',
  'post-mortem': 'The post-mortem was not posted: read it with `haltline incident post-mortem`.',
  'post-mortem-summary': 'The post-mortem has no summary in its thread.',
};
