import type { Actor } from '../core/actor.js';
import type { Instant } from '../core/ids.js';
import type { IncidentEvent } from '../core/incident-events.js';
import type { Transaction } from '../store/types.js';
import { appendToIncident, type Facts } from './append-to-incident.js';
import type { Deps } from './deps.js';
import { readIncident } from './read-incident.js';
import { routeOf } from './route-of.js';

export interface PageRole {
  readonly incident: string;
  readonly agentId: string | null;
  readonly role: string;
  /** Counts the pages of this incident, from 1; the same attempt twice pages once. */
  readonly attempt: number;
  readonly actor: Actor;
  readonly at: Instant;
  /** Instead of the role's members: a drill reaches only who started it. */
  readonly onlyUsers?: readonly string[] | undefined;
}

/**
 * Orders a page for a role and, where the role has no members, at once for the next of the incident's route.
 * Nobody at all is an outage of its own: it is logged loudly and stands on the card.
 */
export async function pageRoleIn(tx: Transaction, deps: Deps, page: PageRole): Promise<void> {
  const { incident } = await readIncident(tx, page.incident);
  const later = rolesAfter(page.role, routeOf(deps.registry, incident).roles);
  for (const [skipped, role] of [page.role, ...later].entries()) {
    const attempt = page.attempt + skipped;
    if (await pageOne(tx, deps, { ...page, role, attempt })) return;
  }
  await recordNobody(tx, deps, page);
}

/** True when somebody was paged, or this attempt had been made before. */
async function pageOne(tx: Transaction, deps: Deps, page: PageRole): Promise<boolean> {
  const { role, attempt } = page;
  const pageId = deps.newId();
  const users = page.onlyUsers ?? [...new Set(deps.directory.membersOf(role, page.agentId))];
  const ordered: IncidentEvent = {
    type: 'page:ordered',
    data: { pageId, role, users: [...users], attempt },
  };
  const failed: IncidentEvent = {
    type: 'page:failed',
    data: { pageId, userId: null, error: `nobody is known to hold ${role}: see roles.yml` },
  };
  const events = users.length === 0 ? [ordered, failed] : [ordered];
  const idempotencyKey = `page:${page.incident}:${attempt}`;
  const isNew = await appendToIncident(tx, { ...factsOf(page), events, idempotencyKey });
  if (!isNew) return true;
  await touchPage(tx, page.incident, { pageId, users });
  return users.length > 0;
}

async function touchPage(
  tx: Transaction,
  incident: string,
  { pageId, users }: { readonly pageId: string; readonly users: readonly string[] },
): Promise<void> {
  for (const user of users) {
    const key = `page:${incident}:${pageId}:${user}`;
    await tx.touchSurface({ key, kind: 'page', lane: 'halt', incident, target: `user:${user}` });
  }
  if (users.length > 0) {
    const key = `mention:${incident}:${pageId}`;
    await tx.touchSurface({ key, kind: 'page-mention', lane: 'bulk', incident, target: 'incident' });
  }
}

async function recordNobody(tx: Transaction, deps: Deps, page: PageRole): Promise<void> {
  deps.log.error({ incident: page.incident }, 'nobody could be paged: no role of the route has members');
  const degraded: IncidentEvent = {
    type: 'channel:degraded',
    data: {
      part: 'paging',
      error: 'no role of the route has members',
      consequence: 'Nobody was paged. Call people by phone, and fill roles.yml.',
    },
  };
  const idempotencyKey = `page:${page.incident}:nobody:${page.attempt}`;
  await appendToIncident(tx, { ...factsOf(page), events: [degraded], idempotencyKey });
}

function factsOf({ incident, actor, at }: PageRole): Pick<Facts, 'incident' | 'actor' | 'at'> {
  return { incident, actor, at };
}

function rolesAfter(role: string, route: readonly string[]): readonly string[] {
  return route.slice(route.indexOf(role) + 1).filter((each) => each !== role);
}
