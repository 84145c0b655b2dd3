import type { Actor } from '../../core/actor.js';
import type { Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import { pagerTitle, type PagerName } from '../../core/pager.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident, type Facts } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';
import { routeOf } from './route-of.js';
import { pagersFor, tellPagersIn } from './tell-pagers.js';

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
  /** The member of an umbrella whose people are called: by direct message alone, for the channel would hear of each. */
  readonly member?: string | undefined;
}

/**
 * Orders a page for a role, in Slack and at every pager, and, where the role has no members in Slack, at once for the
 * next of the incident's route. Nobody at all is an outage of its own: it is logged loudly and stands on the card.
 */
export async function pageRoleIn(tx: Transaction, deps: Deps, page: PageRole): Promise<void> {
  const { incident } = await readIncident(tx, page.incident);
  const later = rolesAfter(page.role, routeOf(deps.registry, incident).roles);
  for (const [skipped, role] of [page.role, ...later].entries()) {
    const attempt = page.attempt + skipped;
    const pagers = skipped === 0 && page.onlyUsers === undefined ? pagersFor(deps, page.incident) : [];
    if (await pageOne(tx, deps, { ...page, role, attempt, pagers })) return;
  }
  await recordNobody(tx, deps, page);
}

/** True when somebody was paged, or this attempt had been made before. */
async function pageOne(
  tx: Transaction,
  deps: Deps,
  page: PageRole & { readonly pagers: readonly PagerName[] },
): Promise<boolean> {
  const { role, attempt, pagers, incident, at, member } = page;
  const pageId = deps.newId();
  const users = page.onlyUsers ?? [...new Set(deps.directory.membersOf(role, page.agentId))];
  const ordered: IncidentEvent = {
    type: 'page:ordered',
    data: {
      pageId,
      role,
      users: [...users],
      attempt,
      ...(pagers.length > 0 && { pagers: [...pagers] }),
      ...(member !== undefined && { member }),
    },
  };
  const failed: IncidentEvent = {
    type: 'page:failed',
    data: { pageId, userId: null, error: `nobody is known to hold ${role}: see roles.yml` },
  };
  const events = users.length === 0 ? [ordered, failed] : [ordered];
  const idempotencyKey = `page:${page.incident}:${attempt}`;
  const isNew = await appendToIncident(tx, { ...factsOf(page), events, idempotencyKey });
  if (!isNew) return true;
  if (pagers.length > 0) await tellPagersIn(tx, deps, { incident, verb: 'trigger', pageId, at });
  await touchPage(tx, incident, { pageId, users, isMentioned: page.member === undefined });
  return users.length > 0;
}

async function touchPage(
  tx: Transaction,
  incident: string,
  {
    pageId,
    users,
    isMentioned,
  }: { readonly pageId: string; readonly users: readonly string[]; readonly isMentioned: boolean },
): Promise<void> {
  for (const user of users) {
    const key = `page:${incident}:${pageId}:${user}`;
    await tx.touchSurface({ key, kind: 'page', lane: 'halt', incident, target: `user:${user}` });
  }
  if (users.length > 0 && isMentioned) {
    const key = `mention:${incident}:${pageId}`;
    await tx.touchSurface({ key, kind: 'page-mention', lane: 'bulk', incident, target: 'incident' });
  }
}

async function recordNobody(tx: Transaction, deps: Deps, page: PageRole): Promise<void> {
  deps.log.error({ incident: page.incident }, 'nobody could be paged: no role of the route has members');
  const pagers = pagersFor(deps, page.incident).map(pagerTitle).join(' and ');
  const degraded: IncidentEvent = {
    type: 'channel:degraded',
    data: {
      part: 'paging',
      error: 'no role of the route has members',
      consequence:
        pagers === ''
          ? 'Nobody was paged. Call people by phone, and fill roles.yml.'
          : `Nobody was paged in Slack. It is left to ${pagers}, below: fill roles.yml.`,
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
